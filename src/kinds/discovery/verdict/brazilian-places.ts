const areaCodes: Record<string, string> = {
  SP: '11 12 13 14 15 16 17 18 19',
  RJ: '21 22 24',
  ES: '27 28',
  MG: '31 32 33 34 35 37 38',
  PR: '41 42 43 44 45 46',
  SC: '47 48 49',
  RS: '51 53 54 55',
  DF: '61',
  GO: '61 62 64',
  TO: '63',
  MT: '65 66',
  MS: '67',
  AC: '68',
  RO: '69',
  BA: '71 73 74 75 77',
  SE: '79',
  PE: '81 87',
  AL: '82',
  PB: '83',
  RN: '84',
  CE: '85 88',
  PI: '86 89',
  PA: '91 93 94',
  AM: '92 97',
  RR: '95',
  AP: '96',
  MA: '98 99',
}

/** The states that an area code serves, by Anatel's numbering plan; 61 serves Goiás around the Federal District too. */
export const statesOfAreaCode = (areaCode: string): string[] =>
  Object.keys(areaCodes).filter((state) => areaCodes[state]!.split(' ').includes(areaCode))

/** The area code of a Brazilian number in E.164, unless it is one of the whole country's (0800, 4004). */
export const areaCodeOf = (phone: string): string | undefined => /^\+55([1-9]\d)[2-9]\d{7,8}$/.exec(phone)?.[1]

/** The last of the five leading digits that a state has, in order (Correios, "faixas de CEP"). */
const lastPostalCodes: [number, string][] = [
  [19999, 'SP'],
  [28999, 'RJ'],
  [29999, 'ES'],
  [39999, 'MG'],
  [48999, 'BA'],
  [49999, 'SE'],
  [56999, 'PE'],
  [57999, 'AL'],
  [58999, 'PB'],
  [59999, 'RN'],
  [63999, 'CE'],
  [64999, 'PI'],
  [65999, 'MA'],
  [68899, 'PA'],
  [68999, 'AP'],
  [69299, 'AM'],
  [69399, 'RR'],
  [69899, 'AM'],
  [69999, 'AC'],
  [72799, 'DF'],
  [72999, 'GO'],
  [73699, 'DF'],
  [76799, 'GO'],
  [76999, 'RO'],
  [77999, 'TO'],
  [78899, 'MT'],
  [79999, 'MS'],
  [87999, 'PR'],
  [89999, 'SC'],
  [99999, 'RS'],
]

/** The state that a postal code of eight digits lies in. */
export const stateOfPostalCode = (postalCode: string): string | undefined =>
  lastPostalCodes.find(([last]) => Number(postalCode.slice(0, 5)) <= last)?.[1]

const states = new Set(Object.keys(areaCodes))

/** The state that an address names at its end or before its postal code ("Campinas - SP", "Campinas/SP"). */
export function stateOfAddress(address: string): string | undefined {
  const named = [...address.matchAll(/[-–,/( ]\s?([A-Z]{2})(?![\p{L}\p{N}])/gu)].map(([, state]) => state!)
  return named.findLast((state) => states.has(state))
}
