import { expect, test } from 'vitest'
import { type Case, kept } from './answer-under-test.ts'

/*
 * Words that stand on the page as they are quoted, and say something of somebody else. The company is Aurora.
 */

test.each<Case>([
  [
    'size_claimed',
    '500 funcionários',
    'Fundada em 1990, a Aurora atende a Betel, que tem 500 funcionários.',
    'que tem 500 funcionários',
  ],
  ['size_claimed', '500 funcionários', 'A Aurora atende a Betel, com 500 funcionários.', 'com 500 funcionários'],
  ['size_claimed', '900 empresas', 'Atuamos em um setor que tem 900 empresas.', 'setor que tem 900 empresas'],
  ['size_claimed', '80 lojas', 'Implantamos o sistema em uma rede com 80 lojas.', 'uma rede com 80 lojas'],
  ['size_claimed', '80 lojas', 'O Grupo Farol possui 80 lojas e comprou nossos moldes.', 'possui 80 lojas'],
  ['size_claimed', '80 lojas', 'Queremos chegar a 80 lojas.', 'chegar a 80 lojas'],
  ['size_claimed', '10.500 m²', 'Galpão de 10 por 500 m².', 'Galpão de 10 por 500 m²'],
  [
    'description',
    'A Aurora tem 500 funcionários.',
    'A Aurora atende a Betel, que tem 500 funcionários.',
    'A Aurora atende a Betel, que tem 500 funcionários',
  ],
  [
    'description',
    'A Aurora fabrica navios.',
    'A Aurora forma soldadores e a Petromar fabrica navios.',
    'A Aurora forma soldadores e a Petromar fabrica navios',
  ],
  [
    'description',
    'A Aurora é líder em moldes.',
    'A Aurora usa aço Gerdal, líder em aço, em moldes.',
    'A Aurora usa aço Gerdal, líder em aço, em moldes',
  ],
  ['description', 'A Petromar fabrica navios.', 'A Petromar fabrica navios.', 'A Petromar fabrica navios'],
  ['offerings', 'Navios', 'A Petromar, que usa nossos moldes, fabrica navios.', 'fabrica navios'],
  ['offerings', 'Navios', 'Enquanto a Petromar produz navios, nós os pintamos.', 'produz navios'],
  ['differentiators', 'Líder mundial em aço', 'Compramos da líder mundial em aço.', 'líder mundial em aço'],
  ['differentiators', 'Garantia de 5 anos', 'Outras marcas dão garantia de 5 anos.', 'garantia de 5 anos'],
  ['segments', 'Hospitais', 'Nosso cliente Farol atende hospitais.', 'atende hospitais'],
  ['segments', 'Hospitais', '<h2>Parceiros</h2><p>A Betel limpa hospitais.', 'limpa hospitais'],
  ['segments', 'Bancos', 'Aceitamos boletos de todos os bancos.', 'todos os bancos'],
  ['segments', 'Farmácias', 'Temos convênio com farmácias.', 'convênio com farmácias'],
  ['business_model', 'B2B', 'Nossa diretora trabalhou para grandes empresas.', 'trabalhou para grandes empresas'],
  ['business_model', 'B2B', 'Podemos compartilhar dados com outras empresas.', 'com outras empresas'],
  ['certifications', 'ISO 9001', 'A norma ISO 9001 define requisitos de gestão.', 'norma ISO 9001'],
  ['certifications', 'ISO 9001', 'Usamos peças da Betel, certificada ISO 9001.', 'certificada ISO 9001'],
  ['size_claimed', '200 leitos', 'Cuidamos do ar do Hospital Santa Fé (200 leitos).', '200 leitos'],
  [
    'size_claimed',
    '90 operários',
    'O sistema roda na Tecnovale, indústria de Natal com 90 operários.',
    'com 90 operários',
  ],
  ['certifications', 'ISO 9001', 'Só compramos de fornecedores que possuem ISO 9001.', 'possuem ISO 9001'],
  ['certifications', 'ISO 9001', 'O fabricante é certificado ISO 9001.', 'certificado ISO 9001'],
  ['sector', 'Siderurgia', 'A siderurgia cresceu 5% no ano.', 'A siderurgia cresceu'],
])('two facts of one sentence are not crossed: %s %s in "%s"', async (...told) => {
  expect(await kept(...told)).toBeUndefined()
})

test.each<Case>([
  [
    'differentiators',
    'Entrega em 2 dias',
    '“Aqui sempre tivemos entrega em 2 dias e sem erro”, disse Ana.',
    'entrega em 2 dias',
  ],
  [
    'differentiators',
    'Entrega em 2 dias',
    'Recebo tudo com entrega em 2 dias.</p><p>— Ana Souza, Betel',
    'entrega em 2 dias',
  ],
  [
    'certifications',
    'ISO 9001',
    'Nossa empresa é certificada ISO 9001 graças a eles. — João, Betel',
    'certificada ISO 9001',
  ],
  ['clients', 'Ana Souza', '<h2>Depoimentos de clientes</h2><p>Ana Souza, ex-aluna.', 'Ana Souza'],
  ['clients', 'Betel', '<h2>Clientes</h2><p>“Foi a melhor compra que fizemos”, conta Rui, da Betel.', 'Betel'],
  [
    'offerings',
    'Navios',
    '<h2>O que dizem os nossos clientes sobre a gente</h2><p>Fabricamos navios com ajuda deles.',
    'Fabricamos navios',
  ],
  ['offerings', 'Navios', '<h2>Avaliações do Google</h2><p>Fabricamos navios com ajuda deles.', 'Fabricamos navios'],
])('what customers say is nobody’s claim: %s %s in "%s"', async (...told) => {
  expect(await kept(...told)).toBeUndefined()
})

test.each<Case>([
  ['clients', 'Petromar', 'Atendemos todo o setor, incluindo fornecedores da Petromar.', 'fornecedores da Petromar'],
  ['clients', 'Petromar', 'Ajudamos clientes a vender para a Petromar.', 'vender para a Petromar'],
  ['clients', 'Gerdal', 'Para nossos clientes usamos aço Gerdal.', 'usamos aço Gerdal'],
  ['clients', 'Gerdal', '<h2>Clientes</h2><p>Em cada obra entra o aço Gerdal.', 'aço Gerdal'],
  ['brands', 'Boschmann', 'Diferente de marcas como Boschmann, somos nacionais.', 'marcas como Boschmann'],
  ['brands', 'Boschmann', 'Peças compatíveis com a linha Boschmann.', 'linha Boschmann'],
  ['name', 'Construtora Farol', 'Obra feita com a Construtora Farol.', 'Construtora Farol'],
  ['name', 'Painel Analytics', 'Usamos Painel Analytics.', 'Painel Analytics'],
  ['locations', 'Natal', 'Projeto entregue na unidade da Petromar em Natal.', 'unidade da Petromar em Natal'],
  ['locations', 'Brasil', 'Somos a maior fábrica do Brasil.', 'maior fábrica do Brasil'],
  ['locations', 'Alemanha', 'Máquinas importadas de fábricas na Alemanha.', 'fábricas na Alemanha'],
  ['locations', 'Natal', 'Vendemos na loja e entregamos em Natal.', 'entregamos em Natal'],
])('a name on the page is not the company’s for that: %s %s in "%s"', async (...told) => {
  expect(await kept(...told)).toBeUndefined()
})

test.each<Case>([
  ['offerings', 'Vale-refeição', '<h2>Trabalhe conosco</h2><p>Oferecemos vale-refeição.', 'Oferecemos vale-refeição'],
  ['offerings', 'Plano de saúde', 'Vaga para soldador: oferecemos plano de saúde.', 'oferecemos plano de saúde'],
  ['offerings', 'Cookies', 'Usamos cookies.', 'Usamos cookies'],
  ['offerings', 'Anúncios', 'Utilizamos os seus dados para oferecer anúncios.', 'oferecer anúncios'],
  ['offerings', 'Cimento', 'Está fora do nosso portfólio: cimento.', 'cimento'],
  ['offerings', 'Cimento', 'Cimento: não disponível.', 'Cimento'],
  ['offerings', 'Plano Ouro', '<table><tr><td>Plano Ouro<td>esgotado</table>', 'Plano Ouro'],
  ['offerings', 'Venda de armas', 'Fazemos a venda</p><p>De armas fugimos.', 'venda De armas'],
  ['offerings', 'Areia', 'Não trabalhamos com:</p><ul><li>Cimento</ul><p>nem com</p><ul><li>Areia</ul>', 'Areia'],
  ['differentiators', 'Uso de agrotóxicos', 'Dispensamos o uso de agrotóxicos.', 'uso de agrotóxicos'],
  ['clients', 'Moldes Sul', '<h2>Clientes</h2><h2>Moldes Sul</h2><p>nosso produto', 'Clientes Moldes Sul'],
  [
    'certifications',
    'ISO 9001',
    '{"certifications":[{"value":"ISO 9001","quote":"certificada ISO 9001"}]}',
    'certificada ISO 9001',
  ],
])(
  'what is for staff, for the law or denied is not sold, and lines do not run together: %s %s in "%s"',
  async (...told) => {
    expect(await kept(...told)).toBeUndefined()
  },
)

const table = (head: string) =>
  `<table><tr>${head}<tr><td>Garantia<td>2 anos<td>10 anos<tr><td>Entrega<td>5 dias<td>1 dia</table>`

test.each([
  table('<th>Item<th>Aurora<th>Concorrente'),
  table('<th>Item<th>Aurora<th>Betel'),
  table('<th><th>Nós<th>Outras lojas'),
])('a rival’s column of a comparison is not the company’s, and its own is: %s', async (html) => {
  expect(await kept('differentiators', 'Garantia de 10 anos', html, 'Garantia | 2 anos | 10 anos')).toBeUndefined()
  expect(await kept('differentiators', 'Garantia 10 anos', html, '10 anos')).toBeUndefined()
  expect(await kept('differentiators', 'Garantia 2 anos', html, 'Garantia | 2 anos')).toBe('Garantia 2 anos')
})

test('a table that compares nobody is read whole', async () => {
  const html = '<table><tr><th>Linha<th>Medida<th>Prazo<tr><td>Molde 20<td>2 m<td>10 dias</table>'
  expect(await kept('differentiators', 'Prazo de 10 dias', html, ['Molde 20 | 2 m | 10 dias', 'Prazo'])).toBeUndefined()
  expect(await kept('offerings', 'Molde 20', html, 'Molde 20 | 2 m | 10 dias')).toBe('Molde 20')
})

test.each<Case>([
  ['size_claimed', '42 funcionários', 'Temos fábrica em Fortaleza, com 42 funcionários.', 'com 42 funcionários'],
  ['size_claimed', '42 funcionários', 'Somos uma empresa com 42 funcionários.', 'uma empresa com 42 funcionários'],
  ['size_claimed', '42 funcionários', 'A Aurora, que nasceu em Natal, tem 42 funcionários.', 'tem 42 funcionários'],
  [
    'size_claimed',
    '42 funcionários',
    'Atendemos a Betel, que exporta moldes, e temos 42 funcionários.',
    'temos 42 funcionários',
  ],
  ['clients', 'Petromar', 'A Petromar confia na Aurora desde 2010.', 'A Petromar confia na Aurora'],
  ['clients', 'Petromar', 'Entre nossos clientes estão grandes redes, como Betel e Petromar.', 'como Betel e Petromar'],
  ['clients', 'Petromar', '<h2>Quem confia</h2><ul><li>Betel<li>Petromar</ul>', 'Petromar'],
  ['differentiators', 'Líder em moldes', 'Somos a empresa líder em moldes no Nordeste.', 'líder em moldes no Nordeste'],
  [
    'differentiators',
    'Uma das maiores fábricas',
    'Somos uma das maiores fábricas de moldes.',
    'uma das maiores fábricas',
  ],
  ['offerings', 'Cookies de chocolate', 'Vendemos cookies de chocolate.', 'cookies de chocolate'],
  ['offerings', 'Avaliação de imóveis', '<h2>Avaliação de imóveis</h2><p>Com laudo.', 'Avaliação de imóveis'],
  ['offerings', 'Vale-refeição', 'Oferecemos vale-refeição para a sua empresa.', 'vale-refeição para a sua empresa'],
  ['offerings', 'Proteção de dados', '<h2>Serviços</h2><ul><li>Proteção de dados</ul>', 'Proteção de dados'],
  ['certifications', 'ISO 9001', '<h2>Qualidade</h2><p>ISO 9001:2015', 'ISO 9001:2015'],
  ['segments', 'Hospitais', 'Nossos clientes: hospitais e escolas.', 'hospitais e escolas'],
  ['clients', 'Petromar', 'Entregamos projetos para Betel e Petromar.', 'para Betel e Petromar'],
  ['locations', 'Natal', 'A fábrica fica em Natal.', 'A fábrica fica em Natal'],
  ['brands', 'Vibrasul', 'Somos revendedores das marcas Vibrasul e Betel.', 'marcas Vibrasul e Betel'],
])('what the company says of itself in such words is kept: %s %s in "%s"', async (...told) => {
  expect(await kept(...told)).toBe(told[1])
})
