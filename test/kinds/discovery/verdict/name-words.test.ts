import { describe, expect, it } from 'vitest'
import {
  carriesName,
  nameInLabel,
  nameWords,
  spokenName,
  tellingWords,
} from '../../../../src/kinds/discovery/verdict/name-words.ts'

describe('a name', () => {
  it.each([
    ['METALURGICA ZANDAVALLI LTDA - ME', 'METALURGICA ZANDAVALLI'],
    ['ROGERIO BITTENZ 12345678909', 'ROGERIO BITTENZ'],
    ['45.910.238 ROGERIO BITTENZ', 'ROGERIO BITTENZ'],
    ['Trevizan Atacado S/A', 'Trevizan Atacado'],
    ['Parafusos 7', 'Parafusos 7'],
  ])('%s is spoken %s', (name, spoken) => {
    expect(spokenName(name)).toBe(spoken)
  })

  it('is carried by a text that has its words in order and close together', () => {
    expect(carriesName('Clínica Veterinária Salobra Pet', 'Clínica Salobra Pet')).toBe(true)
    expect(carriesName('Pet Salobra', 'Salobra Pet')).toBe(false)
    expect(carriesName('Salobrana Pet', 'Salobra Pet')).toBe(false)
    expect(carriesName('Salobra é uma cidade onde há muito tempo se cuida de cada pet', 'Salobra Pet')).toBe(false)
    expect(carriesName('qualquer texto', 'LTDA')).toBe(false)
  })

  it('tells its company from others by words that are neither a trade, nor everyday, nor the place', () => {
    expect(tellingWords('Padaria Real de Campinas Ltda', 'Campinas')).toEqual([])
    expect(tellingWords('Padaria Zandavalli de Campinas', 'Campinas')).toEqual(['zandavalli'])
    expect(nameWords('Irmãos Takeda & Cia. Ltda.')).toEqual(['irmaos', 'takeda'])
  })
})

describe('a domain', () => {
  const place = { municipio: 'Betim', uf: 'MG' }
  it.each([
    ['ombretti', 'Caldeiraria Ombretti', 'telling'],
    ['caldeiraria-ombretti', 'Caldeiraria Ombretti', 'telling'],
    ['ombrettibetim', 'Caldeiraria Ombretti', 'telling'],
    ['grupoombretti', 'Caldeiraria Ombretti', 'telling'],
    ['ombrettinho', 'Caldeiraria Ombretti', null],
    ['caldeiraria', 'Caldeiraria Ombretti', null],
    ['realtransportes', 'Real Transportes', 'everyday'],
    ['real', 'Real Transportes', null],
    ['realmoveis', 'Real Transportes', null],
  ])('%s has of "%s": %s', (label, name, grade) => {
    expect(nameInLabel(label, name, place)).toBe(grade)
  })
})
