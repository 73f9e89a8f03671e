import { expect, test } from 'vitest'
import { extractiveProfile } from '../../../../src/kinds/profile/extractive/extractive-profile.ts'
import { readSiteText } from '../../../../src/kinds/profile/text/site-text.ts'
import { pageOf } from '../pages-under-test.ts'

async function contactsOf(html: string) {
  const pages = [pageOf('/', `<title>Escola Aurora</title><h1>Escola Aurora</h1>${html}`)]
  const site = await readSiteText(pages)
  const options = { cnpj: null, website: pages[0]!.url, language: 'pt-BR' }
  const { contacts, cnpjs } = await extractiveProfile(pages, site, options)
  return [...contacts.phones, ...contacts.whatsapps, ...contacts.emails, ...cnpjs].map(({ value }) => value)
}

test.each([
  '<p>Procon-SP: (11) 3824-0446',
  '<p>Dúvidas sobre seus direitos? Procon, telefone (11) 3824-0446.',
  '<p>Disque denúncia (11) 3250-5000',
  '<p>SAC dos Correios 0800 725 0100',
  '<p>Autoridade Nacional de Proteção de Dados: anpd@anpd.gov.br',
  '<p>Fale com a prefeitura: ouvidoria@santos.sp.gov.br',
  '<p>Encarregado de dados: contato@lgpdparatodos.com.br',
  '<p>Encarregado: dpo@onetrust.com',
  '<p>suporte@yoast.com',
  '<p>CNPJ do parceiro Betel: 11.222.333/0001-81',
  '<p>Telefone do nosso fornecedor: (85) 3232-4455',
])('a contact of an authority, a tool, a partner or an outside data officer is not the company’s: %s', async (html) => {
  expect(await contactsOf(html)).toEqual([])
})

test.each([
  ['<p>Telefone: (85) 3232-4455. Procon: (11) 3824-0446', '+558532324455'],
  ['<p>SAC (85) 3232-4455', '+558532324455'],
  ['<p>Atendimento ao cliente: (85) 3232-4455', '+558532324455'],
  ['<p>Encarregado de dados: dpo@escolaaurora.com.br', 'dpo@escolaaurora.com.br'],
  ['<p>Encarregado de dados: aurora.lgpd@gmail.com', 'aurora.lgpd@gmail.com'],
  ['<p>Ouvidoria: (85) 3232-4455', '+558532324455'],
  ['<p>Escola Aurora, CNPJ 11.222.333/0001-81', '11222333000181'],
])('the company’s own is, whatever stands beside it: %s', async (html, value) => {
  expect(await contactsOf(html)).toEqual([value])
})
