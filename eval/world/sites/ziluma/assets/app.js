const sections = [
  ['h1', 'Roteirização de entregas sem planilha'],
  ['p', 'A Ziluma planeja as rotas da sua frota em segundos: capacidade dos veículos, janelas de horário, rodízio e pedágio entram na conta. Transportadoras e atacadistas reduzem quilômetros já na primeira semana.'],
  ['h2', 'Produtos'],
  ['p', 'Ziluma Rotas: roteirização diária. Ziluma Pista: rastreamento de veículos em tempo real. Ziluma Recibo: comprovante de entrega com foto e assinatura.'],
  ['h2', 'Fale com a gente'],
  ['p', 'Ziluma Tecnologia da Informação Ltda. Rodovia João Paulo, 740, sala 12, Florianópolis - SC, 88034-001. Telefone (48) 3029-8816. contato@ziluma.test'],
]
document.getElementById('root').append(
  ...sections.map(([tag, text]) => Object.assign(document.createElement(tag), { textContent: text })),
)
