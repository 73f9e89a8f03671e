/** Fewer characters a token than this no tokenizer needs for prose with addresses in it: 3 to 5 is usual. */
const mostCharactersPerToken = 7
/** A prompt that was cut has as many tokens as the context or its half, which are round numbers, and two or three more. */
const mostWhereRound = 4.5
const roundTokens = 1_024
const mostPastRound = 4

/**
 * Whether a server has read only part of a prompt without saying so, by its own count. Ollama does: what exceeds
 * `num_ctx` (4,096 unless told), with some models its half, is left out from the front, and it answers 200
 * (ollama issues 3839, 17427, 17889). A count under 1,000 says nothing, since a server that keeps prompts may count only
 * what was new.
 */
export function isPromptTruncated(characters: number, tokensIn: number): boolean {
  if (tokensIn < 1_000) return false
  const charactersPerToken = characters / tokensIn
  return (
    charactersPerToken > mostCharactersPerToken ||
    (tokensIn % roundTokens <= mostPastRound && charactersPerToken > mostWhereRound)
  )
}
