const words = (text: string): string[] => text.split(/\s+/).filter(Boolean)

/** What a company does, sells or is: it tells what kind of company, not which one. Plain, as `plain` writes. */
export const tradeWords: ReadonlySet<string> = new Set(
  words(`
    comercio comercial industria industrial servico servicos solucoes sistemas sistema tecnologia tecnologias informatica
    software digital consultoria assessoria engenharia construtora construcoes construcao incorporadora empreendimentos
    imobiliaria imoveis transportes transporte transportadora logistica locadora locacao locacoes turismo viagens
    materiais material produtos alimentos alimenticios bebidas distribuidora distribuicao importadora importacao
    exportadora exportacao representacoes atacado varejo mercado supermercado supermercados mercearia padaria
    panificadora confeitaria restaurante pizzaria lanchonete churrascaria bar cafe acougue sorveteria hotel pousada
    farmacia drogaria farmacias laboratorio clinica clinicas hospital medica medico odontologia odontologica veterinaria
    veterinario pet petshop saude otica estetica salao beleza cosmeticos academia esportes escola colegio educacao
    ensino curso cursos faculdade creche instituto centro advogados advocacia sociedade contabilidade contabil
    contadores seguros corretora seguranca vigilancia limpeza auto autos automoveis veiculos automotivo pecas pneus
    oficina mecanica posto combustiveis motos moto eletrica eletrico eletronica eletronicos eletro hidraulica refrigeracao climatizacao
    maquinas maquina equipamentos ferramentas ferragens parafusos metalurgica metais siderurgica serralheria usinagem
    caldeiraria aluminio vidros vidracaria moveis marcenaria madeireira madeiras colchoes tintas plasticos embalagens
    grafica editora papelaria livraria textil tecidos confeccoes confeccao modas moda roupas calcados joias
    relojoaria presentes brinquedos floricultura agropecuaria agricola agro rural fazenda sementes cooperativa
    associacao grupo holding participacoes administradora administracao gestao investimentos eventos festas buffet
    producoes publicidade propaganda marketing comunicacao agencia studio estudio fotografia radio jornal telecom
    telecomunicacoes internet energia solar ambiental instalacoes manutencao montagens projetos reformas pinturas
    terceirizacao treinamento formacao tecnico tecnica lojas loja shop store online site oficial express delivery
    fabrica casa ponto emporio deposito armazem artefatos concreto cimento blocos ceramica marmoraria artigos
    filho filhos irmaos brasil brasileira nacional barbearia barbeiro barber cabeleireiro cabeleireiros autoescola
    lavanderia borracharia funilaria vulcanizacao chaveiro costura atelier paroquia igreja capela ministerio
    comunidade condominio residencial edificio residence burger hamburgueria burguer grill pastelaria doceria
    cafeteria cervejaria adega petiscaria espetinho marmitaria rotisserie sushi temakeria hortifruti quitanda frutaria
    peixaria frios laticinios queijos ovos racao racoes aviario garagem estacionamento lava lavajato guincho
    bicicletaria bicicletas vidracaria toldos gesso drywall pisos revestimentos telhas estruturas metalicas
    portoes esquadrias persianas cortinas estofados tapecaria decoracao decoracoes iluminacao paisagismo jardinagem
    dedetizadora desentupidora topografia arquitetura arquitetos urbanismo psicologia psicologa psicologo fisioterapia
    nutricao nutricionista fonoaudiologia dentista dentistas ortodontia implantes ortopedia oftalmologia olhos pediatria
    cardiologia dermatologia ginecologia imagem diagnosticos exames vacinas pilates fitness crossfit natacao danca
    musica idiomas reforco bercario infantil maternal clube despachante cartorio pesqueiro chacara sitio
    haras camping motel hostel chales taxi fretes mudancas armazens grafico impressos brindes uniformes bordados
    malhas lingerie bijuterias bazar variedades utilidades conveniencia tabacaria banca
    lotericas loterica pagamentos credito emprestimos financeira banco consorcios cobrancas
  `),
)

/** What so many companies are called that it does not tell one from another: virtues, places, saints, surnames. */
export const everydayNames: ReadonlySet<string> = new Set(
  words(`
    real uniao central bela vista ideal global prime total master super mega max plus top line new nova novo nobre sul
    norte leste oeste sudeste nordeste paulista mineira mineiro gaucha gaucho carioca paranaense catarinense baiana
    alianca alpha alfa beta delta omega sigma star estrela sol lua luz brilho ouro prata diamante cristal rubi
    esmeralda perola imperial imperio rei rainha principe coroa realeza progresso futuro avanco evolucao moderna
    modelo padrao exata exato certa certo confianca esperanca fe vida viva bem bom boa melhor amigo amiga popular
    economica economico familia lar doce sabor verde azul branca branco vermelha aurora primavera horizonte serra
    vale rio mar praia lago monte alto alta campo campos jardim flor flores rosa rosas aguia leao tigre falcao
    universal mundial internacional continental atlantica atlantico america americana europa italia portugal
    portuguesa tropical oriental ocidental sao santo santa nossa senhora aparecida antonio jose joao maria francisco
    pedro paulo luiz luis carlos marcos ana sebastiao jorge cristo deus jesus divino silva santos oliveira souza
    sousa lima pereira ferreira costa rodrigues almeida nascimento alves carvalho gomes martins araujo ribeiro
    goncalves vieira batista campos monteiro cardozo marques machado ramos reis andrade borges miranda fonseca castro
    duarte melo mello correia correa pinto moura azevedo cunha freire medeiros soares neves vasconcelos tavares
    guimaraes farias xavier siqueira bezerra paiva matos moraes morais aguiar brito bueno camargo franco garcia
    lacerda leite macedo magalhaes maia menezes nogueira pacheco peixoto pinheiro pires queiroz sales salles sampaio
    serra toledo viana marcela mariana juliana fernanda patricia adriana camila amanda bruna leticia gabriela rafael
    lucas mateus matheus marcelo marcio ricardo roberto eduardo fernando rodrigo gustavo felipe bruno diego daniel
    andre alexandre leandro fabio sergio paula claudia sandra lucia rita helena bento judas tadeu expedito benedito
    miguel cosme damiao barbara teresinha fatima lourdes conceicao gracas rosario perpetuo socorro rafaela gabriel
    sorriso mundo encantado encanto magico forno lenha sabores arcoiris raio estrelinha pequeno principe saber crescer
    barbosa rocha dias moreira nunes mendes freitas cardoso teixeira cavalcanti fernandes lopes dos dona seu tio vo
    cidade capital bairro avenida rua praca porto ponte parque bosque lider vitoria triunfo forte fortaleza segura
    pronto rapido rapida facil ativa ativo vip gold premium elite classe art arte arca elo fenix atual original
    dinamica dinamico integrada integral geral unica unico uni multi inter tec tech bio eco info net data web
  `),
)

/** The names of states, and what their abbreviations are. */
export const stateWords: ReadonlySet<string> = new Set(
  words(`
    acre alagoas amapa amazonas bahia ceara goias maranhao mato grosso minas gerais para paraiba parana pernambuco
    piaui janeiro grande rondonia roraima catarina sergipe tocantins distrito federal ac al ap am ba ce df es
    go ma mt ms mg pa pb pr pe pi rj rn rs ro rr sc sp se to
  `),
)
