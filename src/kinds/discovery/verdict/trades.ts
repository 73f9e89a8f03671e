import { parse } from 'tldts'
import type { Company } from '../company.ts'
import { tradeWords } from './common-words.ts'
import { nameWords } from './name-words.ts'

/** Trades that say nothing of what a company does. */
export const vagueTrades: ReadonlySet<string> = new Set(
  `comercio comercial industria industrial servico servicos solucoes produtos grupo holding participacoes lojas loja shop
  store online site oficial brasil brasileira nacional filho filhos irmaos sociedade centro casa ponto fabrica delivery
  express digital sistema sistemas empreendimentos representacoes administracao administradora varejo atacado instituto
  importacao importadora exportadora distribuidora distribuicao artigos studio estudio agencia gestao`.split(/\s+/),
)

/** Whether a word, as `plain` writes it, says what a company does. */
export const isTrade = (word: string): boolean => tradeWords.has(word) && !vagueTrades.has(word)

/** Trades that one company may well have together. What stands in none is a family of its own. */
const families = [
  `alimentos alimenticios bebidas padaria panificadora confeitaria restaurante pizzaria lanchonete churrascaria bar cafe acougue
   sorveteria mercado supermercado supermercados mercearia burger hamburgueria burguer grill pastelaria doceria cafeteria
   cervejaria adega petiscaria espetinho marmitaria rotisserie sushi temakeria hortifruti quitanda frutaria peixaria frios
   laticinios queijos ovos buffet eventos festas emporio conveniencia tabacaria`,
  `engenharia construtora construcoes construcao incorporadora imobiliaria imoveis reformas pinturas projetos arquitetura
   arquitetos urbanismo paisagismo terraplenagem topografia materiais material concreto cimento blocos ceramica marmoraria
   artefatos tintas hidraulica eletrica eletrico instalacoes manutencao gesso drywall pisos revestimentos telhas estruturas
   metalicas portoes esquadrias aluminio vidros vidracaria serralheria ferragens ferramentas parafusos madeireira madeiras
   decoracao decoracoes condominio residencial edificio residence energia solar refrigeracao climatizacao eletronica eletronicos
   eletro iluminacao toldos persianas cortinas moveis marcenaria estofados tapecaria colchoes limpeza jardinagem`,
  `metalurgica metais siderurgica serralheria usinagem caldeiraria aluminio maquinas maquina equipamentos ferramentas ferragens
   parafusos pecas manutencao montagens mecanica estruturas metalicas plasticos embalagens esquadrias portoes`,
  `transportes transporte transportadora logistica locadora locacao locacoes turismo viagens fretes mudancas taxi armazem
   armazens deposito guincho auto autos automoveis veiculos automotivo pecas pneus oficina mecanica posto combustiveis motos
   moto funilaria borracharia vulcanizacao garagem estacionamento lava lavajato bicicletaria bicicletas seguros despachante`,
  `tecnologia tecnologias informatica software consultoria assessoria marketing publicidade propaganda comunicacao telecom
   telecomunicacoes internet eletronica eletronicos radio jornal editora grafica grafico impressos brindes fotografia
   producoes treinamento formacao curso cursos terceirizacao projetos seguranca vigilancia`,
  `farmacia drogaria farmacias laboratorio clinica clinicas hospital medica medico odontologia odontologica saude otica
   psicologia psicologa psicologo fisioterapia nutricao nutricionista fonoaudiologia dentista dentistas ortodontia implantes
   ortopedia oftalmologia olhos pediatria cardiologia dermatologia ginecologia imagem diagnosticos exames vacinas pilates
   estetica cosmeticos beleza salao`,
  'salao beleza estetica cosmeticos barbearia barbeiro barber cabeleireiro cabeleireiros pilates academia fitness crossfit esportes natacao danca',
  'veterinaria veterinario pet petshop racao racoes aviario agropecuaria agricola agro rural fazenda sementes haras floricultura',
  `textil tecidos confeccoes confeccao modas moda roupas calcados joias relojoaria presentes bijuterias lingerie malhas
   uniformes costura atelier bazar variedades utilidades brinquedos papelaria livraria cosmeticos esportes`,
  `escola colegio educacao ensino curso cursos faculdade creche idiomas reforco bercario infantil maternal formacao treinamento
   musica danca associacao instituto`,
  'advogados advocacia contabilidade contabil contadores assessoria consultoria despachante',
  'credito emprestimos financeira banco consorcios cobrancas seguros corretora investimentos pagamentos lotericas loterica cooperativa',
  'hotel pousada chales camping motel hostel chacara sitio turismo viagens restaurante eventos',
].map((words) => new Set(words.split(/\s+/)))

/** What a registrar of .br lets a profession alone take (registro.br, "categorias de domínios"). */
const ofProfession: Record<string, string> = {
  adv: 'advocacia', med: 'medico', odo: 'dentista', vet: 'veterinario', psi: 'psicologia', fst: 'fisioterapia',
  ntr: 'nutricao', fnd: 'fonoaudiologia', cnt: 'contabilidade', eng: 'engenharia', arq: 'arquitetura', mus: 'musica',
} // biome-ignore format: a table

/**
 * The first head of a site that says it does something else than the company, as far as both say what they do; the host
 * where only its ending does. Undefined where anything fits. Trades that go together are one.
 */
export function otherTradeIn(
  { names, activity }: Company,
  heads: readonly string[],
  homeUrl: string,
): string | undefined {
  const own = [...names, activity ?? ''].flatMap(nameWords).filter(isTrade)
  if (own.length === 0) return undefined
  const { publicSuffix, hostname } = parse(homeUrl)
  const profession = ofProfession[/^(\w+)\.br$/.exec(publicSuffix ?? '')?.[1] ?? '']
  const said = [
    ...heads.map((head) => ({ head, words: nameWords(head).filter(isTrade) })),
    ...(profession ? [{ head: hostname ?? '', words: [profession] }] : []),
  ].filter(({ words }) => words.length > 0)
  const isNear = (word: string) =>
    own.some((each) => each.slice(0, 5) === word.slice(0, 5) || families.some((all) => all.has(each) && all.has(word)))
  return said.some(({ words }) => words.some(isNear)) ? undefined : said[0]?.head
}
