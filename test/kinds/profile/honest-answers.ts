import type { ProfileAnswer } from '../../../src/kinds/profile/model/ask-for-profile.ts'

type Field = keyof ProfileAnswer
/** A true value, and the words of the site that say it. */
export type HonestValue = readonly [field: Field, value: string | number, quote: string | readonly string[]]

/** What a person would fill in for sites of eval/world, by their folder. */
export const ofTheWorld: Record<string, readonly HonestValue[]> = {
  torvale: [
    ['name', 'Usinagem Torvale', 'a Usinagem Torvale atende a indústria metal-mecânica'],
    [
      'description',
      'A Usinagem Torvale atende a indústria metal-mecânica da serra gaúcha com peças torneadas e fresadas. Trabalha com aço carbono, inox, bronze e náilon.',
      [
        'Fundada em 1987, a Usinagem Torvale atende a indústria metal-mecânica da serra gaúcha com peças torneadas e fresadas conforme desenho do cliente.',
        'Trabalhamos com aço carbono, inox, bronze e náilon, em lotes de uma a cinco mil peças.',
      ],
    ],
    ['sector', 'Usinagem', 'a Usinagem Torvale atende a indústria'],
    ['business_model', 'B2B', 'atende a indústria metal-mecânica da serra gaúcha'],
    ['year_founded', 1987, 'Fundada em 1987'],
    ['offerings', 'Eixos', 'Eixos | até 1.500 mm entre pontas'],
    ['offerings', 'Buchas', 'Buchas | bronze TM23 e náilon'],
    ['offerings', 'Engrenagens', 'Engrenagens | dentes retos e helicoidais, módulo 1 a 8'],
    ['offerings', 'Torneamento e fresamento', 'Torneamento e fresamento | serviços sob desenho'],
    ['offerings', 'Peças torneadas e fresadas', 'peças torneadas e fresadas conforme desenho do cliente'],
    ['segments', 'Indústria metal-mecânica', 'atende a indústria metal-mecânica da serra gaúcha'],
    [
      'segments',
      'Máquinas agrícolas',
      'Caçambas, máquinas agrícolas e implementos rodoviários usam nossos eixos e buchas',
    ],
    ['size_claimed', '3 tornos CNC Romi', '3 tornos CNC Romi'],
    ['locations', 'Caxias do Sul', '95050-120 Caxias do Sul - RS'],
  ],
  odontobrisavela: [
    ['name', 'Odonto Brisavela', 'Na Odonto Brisavela você é atendido'],
    ['sector', 'Clínica odontológica', 'Clínica odontológica na Praia do Canto'],
    ['offerings', 'Implantes dentários', 'Implantes dentários'],
    ['offerings', 'Ortodontia e alinhadores', 'Ortodontia e alinhadores'],
    ['offerings', 'Clareamento', 'Clareamento'],
    ['offerings', 'Odontopediatria', 'Odontopediatria'],
    ['differentiators', 'Hora marcada', 'você é atendido com hora marcada'],
    ['locations', 'Praia do Canto, em Vitória', 'Estamos na Praia do Canto, em Vitória, desde 2009'],
    ['year_founded', 2009, 'Estamos na Praia do Canto, em Vitória, desde 2009.'],
  ],
  pousadacaramurim: [
    ['name', 'Pousada Caramurim', 'Pousada Caramurim'],
    ['offerings', 'Suítes', 'Nove suítes em torno de um jardim'],
    ['offerings', 'Passeios de barco', 'Organizamos passeios de barco às ilhas'],
    ['offerings', 'Suíte Jardim', 'Suíte Jardim: cama queen'],
    ['differentiators', 'Bolos feitos em casa', 'Café da manhã servido até as onze, com bolos feitos em casa'],
    ['locations', 'Paraty', 'Rua da Capela, 88 - Paraty, RJ'],
    ['size_claimed', 'Nove suítes', 'Nove suítes em torno de um jardim'],
  ],
  floriculturajasminela: [
    ['name', 'Floricultura Jasminela', 'A Floricultura Jasminela monta buquês'],
    [
      'description',
      'A Floricultura Jasminela monta buquês, arranjos e cestas.',
      'A Floricultura Jasminela monta buquês, arranjos e cestas com flores que chegam três vezes por semana de Holambra.',
    ],
    ['offerings', 'Buquês', 'monta buquês, arranjos e cestas'],
    ['offerings', 'Decoração de igrejas e salões', 'Decoração de igrejas e salões, buquê de noiva'],
    ['offerings', 'Coroas de flores', 'arranjos de mesa e coroas de flores'],
    ['differentiators', 'Entrega no mesmo dia', 'Pedidos até as 16h são entregues no mesmo dia'],
    ['year_founded', 2004, 'Floricultura Jasminela, flores desde 2004'],
    ['locations', 'Maringá', 'Avenida Brasil, 4312, Zona 01, Maringá - PR'],
  ],
  arvelao: [
    ['name', 'Arvelão Supermercados', 'Arvelão Supermercados'],
    ['sector', 'Supermercados', 'Supermercados em Uberaba, Araxá e Patos de Minas'],
    ['offerings', 'Hortifruti', 'hortifruti fresco, açougue, padaria própria e entrega em casa'],
    ['offerings', 'Açougue', 'hortifruti fresco, açougue, padaria própria'],
    ['differentiators', 'Padaria própria', 'padaria própria e entrega em casa'],
    ['size_claimed', 'Três lojas', 'Três lojas no Triângulo e no Alto Paranaíba'],
    ['locations', 'Araxá', 'Araxá'],
    ['locations', 'Patos de Minas', 'Patos de Minas'],
  ],
  docuramirim: [
    ['name', 'Doçura Mirim', 'Doçura Mirim'],
    ['offerings', 'Bolos de pote', '24 sabores de brigadeiros, bolos de pote e caixas para presente'],
    ['offerings', 'Caixas para presente', 'bolos de pote e caixas para presente'],
    ['size_claimed', '31 lojas', 'feitos todos os dias em cada uma das nossas 31 lojas'],
    ['differentiators', '24 sabores de brigadeiros', 'São 24 sabores de brigadeiros'],
    ['locations', 'Ribeirão Preto', 'Ribeirão Preto: Ribeirão Shopping, piso 1'],
  ],
  realcargas: [
    ['name', 'Real Transportes', 'Real Transportes de Cargas Ltda'],
    ['offerings', 'Carga fracionada', 'Carga fracionada'],
    ['offerings', 'Logística reversa', 'Logística reversa'],
    ['offerings', 'Armazenagem', 'Armazenagem'],
    ['size_claimed', '46 caminhões', 'com frota própria de 46 caminhões e rastreamento'],
    ['differentiators', 'Frota própria', 'frota própria de 46 caminhões'],
    ['locations', 'Goiânia', 'Av. Perimetral Norte, 2810, Goiânia - GO'],
  ],
  aeroluma: [
    ['name', 'Aeroluma', 'Aeroluma designs and makes carbon fibre panels'],
    [
      'description',
      'Aeroluma designs and makes carbon fibre panels, ducts and fairings for cabin interiors and unmanned aircraft.',
      'Aeroluma designs and makes carbon fibre panels, ducts and fairings for cabin interiors and unmanned aircraft.',
    ],
    ['offerings', 'Drone airframes', 'Drone airframes'],
    ['offerings', 'Ultrasonic inspection', 'Ultrasonic inspection'],
    ['segments', 'Unmanned aircraft', 'fairings for cabin interiors and unmanned aircraft'],
  ],
  veltrac: [
    ['name', 'Veltrac Máquinas', 'A Veltrac Máquinas e Equipamentos Ltda'],
    ['offerings', 'Transportadores de correia', 'Transportadores de correia'],
    ['offerings', 'Manutenção em campo', 'Manutenção em campo'],
    ['segments', 'Mineração', 'roletes para mineração, cimento e grãos'],
    ['segments', 'Cimento', 'roletes para mineração, cimento e grãos'],
    ['year_founded', 2001, 'nasceu em Betim em 2001'],
    ['locations', 'Betim', 'Distrito Industrial, Betim - MG'],
  ],
  pinheiraojoinville: [
    ['name', 'Ferragens Pinheirão', 'A Ferragens Pinheirão atende marceneiros'],
    ['offerings', 'Dobradiças', 'Dobradiças, puxadores, corrediças, rodízios e trilhos'],
    ['offerings', 'Motores e trilhos para portões', 'Motores e trilhos para portões'],
    ['segments', 'Marceneiros', 'atende marceneiros e serralheiros de Joinville'],
    ['segments', 'Serralheiros', 'atende marceneiros e serralheiros de Joinville'],
    ['locations', 'Joinville', 'Rua Blumenau, 1502, América, Joinville - SC'],
  ],
  ptadv: [
    ['name', 'Pradovir Tellesgui Advogados', 'Pradovir Tellesgui Advogados'],
    ['sector', 'Advocacia empresarial', 'Advocacia empresarial: direito trabalhista'],
    ['offerings', 'Tributário', 'Tributário'],
    ['certifications', 'OAB/RS 4.417', 'OAB/RS 4.417'],
    ['locations', 'Porto Alegre', 'conj. 801, Porto Alegre - RS'],
  ],
  passofirmefranca: [
    ['name', 'Passo Firme', 'Passo Firme é uma marca de J M S Alves Comércio de Calçados Ltda'],
    ['offerings', 'Sapatos e botas de couro legítimo', 'Sapatos e botas de couro legítimo'],
    ['brands', 'Passo Firme', 'Passo Firme é uma marca de J M S Alves Comércio de Calçados Ltda'],
    ['differentiators', 'Frete grátis acima de R$ 299', 'Frete grátis acima de R$ 299'],
    ['locations', 'Franca', 'Rua Voluntários da Franca, 1644, Franca - SP'],
  ],
  colegioarrebol: [
    ['name', 'Colégio Arrebol', 'O Colégio Arrebol é mantido'],
    ['offerings', 'Ensino médio', 'Educação infantil, ensino fundamental e ensino médio'],
    ['differentiators', 'Período integral opcional', 'com período integral opcional'],
    ['year_founded', 1983, 'O Colégio Arrebol é mantido pela Associação Educacional Caminho Novo desde 1983.'],
  ],
  biovalle: [
    ['name', 'Laboratório Biovalle', 'Laboratório Biovalle'],
    ['offerings', 'Coleta domiciliar', 'exame toxicológico e coleta domiciliar em Petrolina e Juazeiro'],
    ['offerings', 'Hemograma', 'Hemograma, glicemia, hormônios'],
    ['size_claimed', 'Mais de 900 exames', 'Mais de 900 exames'],
    ['locations', 'Petrolina', 'Av. Souza Filho, 577, Centro, Petrolina - PE'],
  ],
}

/** Two sites that say more of themselves than those of the world do. */
export const written: readonly { name: string; pages: Record<string, string>; values: readonly HonestValue[] }[] = [
  {
    name: 'industry',
    pages: {
      '/': `<title>Navarra Embalagens | Caixas de papelão</title><h1>Embalagens que chegam inteiras</h1>
        <p>A Navarra Embalagens desenvolve e produz caixas de papelão ondulado para indústrias de alimentos, calçados e
        autopeças, com duas fábricas em Minas Gerais e 320 colaboradores.
        <p>Fundada em 1994, a Navarra atende a Laticínios Serra Branca, a Calçados Ponteio e mais de 400 clientes no Sudeste.
        <p>Usamos cookies para melhorar a sua experiência neste site.
        <h2>Por que a Navarra?</h2><ul><li>Entrega em 48 horas<li>Projeto estrutural sem custo<li>Papel 100% reciclado</ul>
        <h2>Quem confia</h2><ul><li>Laticínios Serra Branca<li>Calçados Ponteio<li>Autopeças Mirassol</ul>
        <h2>O que dizem nossos clientes</h2><p>“Trocamos de fornecedor e nunca mais faltou caixa.” — Rita Lage, Ponteio
        <footer>Navarra Embalagens Ltda. Rodovia BR-381, km 480, Betim - MG</footer>`,
      '/empresa': `<title>A empresa</title><h1>Nossa história</h1>
        <p>Começamos em um galpão alugado em Contagem. Hoje temos 18.000 m² de área construída e capacidade de 3 mil toneladas por mês.
        <p>Somos líderes em caixas para laticínios no estado, setor que tem mais de 900 empresas.
        <p>Nossa matriz fica em Betim e a filial em Pouso Alegre.
        <h2>Certificações</h2><p>A Navarra é certificada ISO 9001 e FSC, o selo que garante a origem do papel.
        <p>Em 2021 conquistamos a certificação ISO 14001.`,
      '/produtos': `<title>Produtos</title><h1>Produtos</h1><h2>Caixas maleta</h2><p>Para e-commerce e transporte.
        <h2>Bandejas para hortifruti</h2><p>Com furos de ventilação.<h2>Displays de ponto de venda</h2><p>Impressos em até seis cores.
        <p>Também fazemos corte e vinco para terceiros. Distribuímos as fitas Adelbras e Tekbond.`,
    },
    values: [
      ['name', 'Navarra Embalagens', 'A Navarra Embalagens desenvolve e produz caixas'],
      ['sector', 'Caixas de papelão ondulado', 'produz caixas de papelão ondulado'],
      ['business_model', 'B2B', 'para indústrias de alimentos, calçados e autopeças'],
      ['year_founded', 1994, 'Fundada em 1994, a Navarra atende a Laticínios Serra Branca'],
      ['size_claimed', '320 colaboradores', 'com duas fábricas em Minas Gerais e 320 colaboradores'],
      ['size_claimed', 'duas fábricas', 'com duas fábricas em Minas Gerais'],
      ['size_claimed', '18.000 m² de área construída', 'Hoje temos 18.000 m² de área construída'],
      ['size_claimed', '3 mil toneladas por mês', 'capacidade de 3 mil toneladas por mês'],
      ['size_claimed', 'mais de 400 clientes', 'a Calçados Ponteio e mais de 400 clientes no Sudeste'],
      ['clients', 'Laticínios Serra Branca', 'a Navarra atende a Laticínios Serra Branca, a Calçados Ponteio'],
      ['clients', 'Calçados Ponteio', 'a Navarra atende a Laticínios Serra Branca, a Calçados Ponteio'],
      ['clients', 'Autopeças Mirassol', 'Autopeças Mirassol'],
      ['segments', 'Indústrias de alimentos', 'para indústrias de alimentos, calçados e autopeças'],
      ['segments', 'Autopeças', 'para indústrias de alimentos, calçados e autopeças'],
      ['segments', 'Laticínios', 'Somos líderes em caixas para laticínios no estado'],
      ['differentiators', 'Entrega em 48 horas', 'Entrega em 48 horas'],
      ['differentiators', 'Projeto estrutural sem custo', 'Projeto estrutural sem custo'],
      ['differentiators', 'Papel 100% reciclado', 'Papel 100% reciclado'],
      ['differentiators', 'Líder em caixas para laticínios', 'Somos líderes em caixas para laticínios no estado'],
      ['certifications', 'ISO 9001', 'A Navarra é certificada ISO 9001 e FSC'],
      ['certifications', 'FSC', 'A Navarra é certificada ISO 9001 e FSC'],
      ['certifications', 'ISO 14001', 'Em 2021 conquistamos a certificação ISO 14001'],
      ['locations', 'Betim', 'Nossa matriz fica em Betim e a filial em Pouso Alegre'],
      ['locations', 'Pouso Alegre', 'Nossa matriz fica em Betim e a filial em Pouso Alegre'],
      ['locations', 'Minas Gerais', 'com duas fábricas em Minas Gerais'],
      ['offerings', 'Caixas maleta', 'Caixas maleta'],
      ['offerings', 'Bandejas para hortifruti', 'Bandejas para hortifruti'],
      ['offerings', 'Displays de ponto de venda', 'Displays de ponto de venda'],
      ['offerings', 'Corte e vinco', 'Também fazemos corte e vinco para terceiros'],
      ['brands', 'Adelbras', 'Distribuímos as fitas Adelbras e Tekbond'],
      ['brands', 'Tekbond', 'Distribuímos as fitas Adelbras e Tekbond'],
    ],
  },
  {
    name: 'service',
    pages: {
      '/': `<title>Clínica Olhar Claro - Oftalmologia em Recife</title><h1>Clínica Olhar Claro</h1>
        <p>Clínica de oftalmologia com atendimento para crianças, adultos e idosos. Equipe de 14 médicos e 3 unidades na região metropolitana.
        <p>Cuidamos da visão de mais de 50 mil pacientes desde 2006.
        <h2>Tratamentos</h2><ul><li>Cirurgia de catarata<li>Lentes de contato<li>Tratamento de glaucoma</ul>
        <table><tr><th>Convênio<th>Consulta<th>Cirurgia<tr><td>Saúde Leste<td>Sim<td>Sim<tr><td>Plamed<td>Sim<td>Sim</table>
        <h2>Nossos diferenciais</h2><p>Centro cirúrgico próprio, exames no mesmo dia e estacionamento gratuito.
        <p>Dra. Alana Prado, diretora, formou-se em 1998 e trabalhou em grandes hospitais.
        <h2>Unidades</h2><h3>Boa Viagem</h3><p>Rua dos Navegantes, 1200<h3>Olinda</h3><p>Avenida Getúlio, 88`,
      '/atendimento-a-empresas': `<title>Empresas</title><h1>Para empresas</h1>
        <p>Exames admissionais e programas de saúde ocular para a sua empresa. Entre nossos clientes estão o Porto Norte e a rede Mercado Bom.
        <p>Trabalhamos com lentes Zeiss e Hoya. Somos acreditados pela ONA nível 2.`,
    },
    values: [
      ['name', 'Clínica Olhar Claro', 'Clínica Olhar Claro'],
      ['sector', 'Oftalmologia', 'Clínica de oftalmologia com atendimento'],
      ['segments', 'Crianças', 'atendimento para crianças, adultos e idosos'],
      ['segments', 'Idosos', 'atendimento para crianças, adultos e idosos'],
      ['size_claimed', '14 médicos', 'Equipe de 14 médicos e 3 unidades'],
      ['size_claimed', '3 unidades', 'Equipe de 14 médicos e 3 unidades na região metropolitana'],
      ['size_claimed', 'mais de 50 mil pacientes', 'Cuidamos da visão de mais de 50 mil pacientes'],
      ['year_founded', 2006, 'Cuidamos da visão de mais de 50 mil pacientes desde 2006.'],
      ['offerings', 'Cirurgia de catarata', 'Cirurgia de catarata'],
      ['offerings', 'Tratamento de glaucoma', 'Tratamento de glaucoma'],
      ['offerings', 'Exames admissionais', 'Exames admissionais e programas de saúde ocular para a sua empresa'],
      ['offerings', 'Programas de saúde ocular', 'programas de saúde ocular para a sua empresa'],
      ['business_model', 'both', ['atendimento para crianças, adultos e idosos', 'para a sua empresa']],
      ['differentiators', 'Centro cirúrgico próprio', 'Centro cirúrgico próprio, exames no mesmo dia'],
      ['differentiators', 'Exames no mesmo dia', 'exames no mesmo dia e estacionamento gratuito'],
      ['clients', 'Porto Norte', 'Entre nossos clientes estão o Porto Norte e a rede Mercado Bom'],
      ['clients', 'Mercado Bom', 'Entre nossos clientes estão o Porto Norte e a rede Mercado Bom'],
      ['brands', 'Zeiss', 'Trabalhamos com lentes Zeiss e Hoya'],
      ['brands', 'Hoya', 'Trabalhamos com lentes Zeiss e Hoya'],
      ['certifications', 'ONA nível 2', 'Somos acreditados pela ONA nível 2'],
      ['locations', 'Boa Viagem', 'Boa Viagem'],
      ['locations', 'Olinda', 'Olinda'],
    ],
  },
]
