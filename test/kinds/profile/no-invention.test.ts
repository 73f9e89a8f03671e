import { expect, test } from 'vitest'
import { type Case, kept } from './answer-under-test.ts'

test.each<Case>([
  ['description', 'De. De.', 'Vendemos pão e chá.', 'Vendemos pão e chá'],
  ['description', 'A Aurora usa moldes. De. E.', 'Vendemos pão e chá.', 'Vendemos pão e chá'],
])('a description that says nothing, or nothing of the quote, is dropped: %s %s', async (...told) => {
  expect(await kept(...told)).toBeUndefined()
})

test('a short description has its quote as evidence', async () => {
  expect(await kept('description', 'Vende pão e chá.', 'Vendemos pão e chá.', 'Vendemos pão e chá')).toBe(
    'Vende pão e chá.',
  )
})

test.each([
  [8, 'O expediente inicia às 8 horas.'],
  [100, 'Abrimos mais de 100 oportunidades.'],
  [2090, 'Em 2090 iniciamos nossas atividades.'],
  [2030, 'Em 2030 iniciaremos vendas.'],
  [2000, 'Começamos com 2000 peças.'],
  [2021, 'Em 2021 começou a pandemia.'],
  [1990, 'Não fomos fundados em 1990.'],
  [1901, 'Ferrosul, empresa fundada em 1901.'],
  [1961, 'Maria nasceu em 1961.'],
  [1998.5, 'A Aurora foi fundada em 1998.'],
] as const)('a number beside a verb is no founding year: %s, %s', async (year, html) => {
  expect(await kept('year_founded', year, html, html.slice(0, -1))).toBeUndefined()
})

test.each([
  [1998, 'Em 1998 abrimos as portas.'],
  [1987, 'Em 1987 a Aurora iniciou suas atividades.'],
] as const)('a year in another form of the same statement is one: %s, %s', async (year, html) => {
  expect(await kept('year_founded', year, html, html.slice(0, -1))).toBe(year)
})

test.each<Case>([
  ['clients', 'Farolander', 'Clientes: Farolina.', 'Clientes: Farolina'],
  ['clients', 'Marlins', 'Nossos clientes: Marlini.', 'Marlini'],
  ['locations', 'Paraná', 'Unidade em Paranaguá.', 'Unidade em Paranaguá'],
  ['locations', 'Pará', 'Temos loja para todos.', 'Temos loja para todos'],
  ['locations', 'Santarém', 'Unidade em Santana.', 'Unidade em Santana'],
  [
    'locations',
    'São José dos Campos',
    'Unidade em São José dos Pinhais. Campos verdes.',
    'Unidade em São José dos Pinhais. Campos verdes',
  ],
  ['brands', 'Vibrasulo', 'Revendemos a marca Vibrasul.', 'marca Vibrasul'],
  ['certifications', 'ISO 14001', 'Certificado ISO 9001; ramal 14001.', 'Certificado ISO 9001; ramal 14001'],
])('a name is what the page writes, whole and in one sentence: %s %s', async (...told) => {
  expect(await kept(...told)).toBeUndefined()
})

test.each<Case>([
  ['clients', 'Construtora Farol', 'Nossos clientes: Construtora Farol, Lua Nova.', 'Construtora Farol, Lua Nova'],
  ['locations', 'São José dos Campos', 'Unidade em São José dos Campos.', 'Unidade em São José dos Campos'],
  ['locations', 'Pará', 'Unidade no Pará.', 'Unidade no Pará'],
  ['brands', 'Vibrasul', 'Revendemos a marca Vibrasul.', 'marca Vibrasul'],
  ['certifications', 'ISO 9001', 'Somos certificados ISO 9001:2015.', 'certificados ISO 9001:2015'],
])('a name that stands in the page is kept: %s %s', async (...told) => {
  expect(await kept(...told)).toBe(told[1])
})

test.each<Case>([
  ['differentiators', 'Garantia de vinte anos', 'Damos garantia de dois anos.', 'garantia de dois anos'],
  ['differentiators', 'Entrega em 15 min', 'Entrega em 15 dias.', 'Entrega em 15 dias'],
  ['size_claimed', '40 funcionários', 'Temos 3 funcionários e 40 fábricas.', '3 funcionários e 40 fábricas'],
  ['size_claimed', '12⁵ lojas', 'Temos 125 lojas.', 'Temos 125 lojas'],
  ['size_claimed', '125 lojas', 'Temos 12⁵ lojas.', 'lojas'],
  ['offerings', 'Moldes de gás', 'Vendemos moldes.', 'Vendemos moldes'],
  ['offerings', 'Moldes de chumbo radioativo', 'Vendemos moldes de chumbo.', 'Vendemos moldes de chumbo'],
  ['description', 'Vende produtos importados.', 'Vende produtos nacionais.', 'Vende produtos nacionais'],
  ['description', 'Quasar usa moldes de aço.', 'A Aurora usa moldes de aço.', 'A Aurora usa moldes de aço'],
  ['description', 'MOLDES DE AÇO PARA A NASA', 'Moldes de aço para a indústria.', 'Moldes de aço para a indústria'],
  ['description', 'Aurora comprou a Betel.', 'Betel comprou a Aurora.', 'Betel comprou a Aurora'],
  ['description', 'A Aurora comprou a Betel.', 'A Betel comprou a Aurora.', 'A Betel comprou a Aurora'],
  [
    'description',
    'Vende areia e não vende cimento.',
    'Vende cimento e não vende areia.',
    'Vende cimento e não vende areia',
  ],
  ['sector', 'Vende areia', 'Vende cimento e não vende areia.', 'Vende cimento e não vende areia'],
  ['description', 'A Aurora fabrica pão.', 'Vendemos pão. Betel fabrica aço.', ['Vendemos pão', 'Betel fabrica aço']],
])('no word or figure comes from elsewhere, or changes its neighbours: %s %s', async (...told) => {
  expect(await kept(...told)).toBeUndefined()
})

test.each<Case>([
  ['description', 'A Aurora vende pães e chás.', 'Vendemos pães e chás.', 'Vendemos pães e chás'],
  [
    'description',
    'Oferece manutenção de moldes e venda de peças.',
    'Fazemos manutenção de moldes e venda de peças.',
    'manutenção de moldes e venda de peças',
  ],
  ['size_claimed', 'mais de 40 funcionários', 'Somos mais de 40 funcionários.', 'mais de 40 funcionários'],
  ['offerings', 'Manutenção de fornos', 'Manutenção e instalação de fornos.', 'Manutenção e instalação de fornos'],
  ['segments', 'Indústrias', 'Atendemos a indústria.', 'Atendemos a indústria'],
])('words in another number or person are the page’s: %s %s', async (...told) => {
  expect(await kept(...told)).toBe(told[1])
})

test.each([
  ['Cimento? Não vendemos.', 'Cimento'],
  ['Cimento não é vendido.', 'Cimento'],
  ['<h3>Vocês vendem cimento?</h3><p>Não.', 'vendem cimento'],
  ['Vendemos tudo, menos cimento.', 'Vendemos tudo, menos cimento'],
  ['Vendemos tudo com exceção de cimento.', 'com exceção de cimento'],
  ['Antigamente vendíamos cimento.', 'vendíamos cimento'],
  ['A Aurora recusa-se a vender cimento.', 'vender cimento'],
  ['Em breve: cimento.', 'cimento'],
  ['Areia livre de cimento.', 'livre de cimento'],
  ['É proibido vender cimento.', 'vender cimento'],
  ['<h2>Em breve</h2><p>Cimento branco', 'Cimento branco'],
  ['<table><tr><td>Areia<td>Sim<tr><td>Cimento<td>Não</table>', 'Cimento'],
  ['Não vendemos</p><p>Cimento e areia', 'Cimento e areia'],
])('what the page denies, asks, has given up or plans is not sold: %s', async (html, quote) => {
  expect(await kept('offerings', 'Cimento', html, quote)).toBeUndefined()
})

test.each([
  'Estamos em processo de certificação ISO 9001.',
  'Nossa meta 2027: certificação ISO 9001.',
  'Até 2015 fomos certificados ISO 9001.',
  'Sua empresa precisa da ISO 9001?',
])('a certificate that is to come, or is gone, is none: %s', async (html) => {
  expect(await kept('certifications', 'ISO 9001', html, /[^ ]+ ISO 9001/.exec(html)![0])).toBeUndefined()
})

test.each(['/blog/aco', '/noticias/2024/aco', '/vagas', '/politica-de-privacidade', '/trabalhe-conosco/'])(
  'a page of news, vacancies or the law gives no claims: %s',
  async (path) => {
    const html = 'A Aurora fabrica aço. Somos certificados ISO 9001. Unidade em Natal. Nossos clientes: Farol.'
    expect([
      await kept('description', 'A Aurora fabrica aço.', html, 'A Aurora fabrica aço', path),
      await kept('offerings', 'Aço', html, 'fabrica aço', path),
      await kept('certifications', 'ISO 9001', html, 'certificados ISO 9001', path),
      await kept('locations', 'Natal', html, 'Unidade em Natal', path),
      await kept('clients', 'Farol', html, 'Nossos clientes: Farol', path),
      await kept('name', 'Aurora', html, 'Aurora', path),
    ]).toEqual(Array(6).fill(undefined))
  },
)

test.each<Case>([
  ['size_claimed', '500 funcionários', 'Vaga em empresa com 500 funcionários.', '500 funcionários'],
  ['size_claimed', '500 funcionários', 'Plano até 500 funcionários.', '500 funcionários'],
  ['clients', 'Cartaz', 'Para nossos clientes, pagamento com Cartaz.', 'pagamento com Cartaz'],
  ['name', 'moldes', 'Fazemos moldes.', 'Fazemos moldes'],
  ['clients', 'Cartaz', 'Clientes podem pagar com Cartaz.', 'pagar com Cartaz'],
  ['locations', 'Manaus', 'Fizemos a filial de cliente em Manaus.', 'filial de cliente em Manaus'],
  ['business_model', 'B2B', 'Estamos entre as melhores empresas.', 'entre as melhores empresas'],
  ['business_model', 'B2B', 'Não compartilhamos seus dados com outras empresas.', 'com outras empresas'],
  ['business_model', 'B2C', 'Conforme o Código de Defesa do Consumidor.', 'Código de Defesa do Consumidor'],
])('what is said of others, or of the law, is not the company’s: %s %s', async (...told) => {
  expect(await kept(...told)).toBeUndefined()
})
