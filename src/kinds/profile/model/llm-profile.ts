import { failureCodeOf } from '../../../errors.ts'
import type { LlmClient } from '../../../llm/client.ts'
import { noUsage } from '../../../llm/usage.ts'
import { usageFields } from '../../usage-fields.ts'
import type { CompanyProfile } from '../company-profile.ts'
import { type ProvenAnswer, proveAnswer } from '../proof/prove-answer.ts'
import type { SiteText } from '../text/site-text.ts'
import {
  frameLength,
  instructionTokens,
  newMarker,
  type ProfileAnswer,
  profileAnswer,
  profileMessages,
} from './ask-for-profile.ts'
import { mergeAnswers } from './merge-answers.ts'
import { type Passage, packPassages, rankPassages } from './passages.ts'

/** Portuguese has more: estimated low, so that what is packed fits. */
const charactersPerToken = 3
/** What one call is shown where the model's context is not known, and at most where it is large: attention thins out. */
const usualCharacters = 24_000
const mostCharacters = 48_000
const leastCharacters = 1_500
const mostAnswerTokens = 2_500
/** Of a site with more, the less telling passages are not read. */
const mostCharactersInAll = 96_000
const mostCalls = 8

/** How much one call may be shown, in characters, and how long the answer may be. Pure. */
export function callBudget(contextTokens: number | undefined): { characters: number; answerTokens: number } {
  if (contextTokens === undefined) return { characters: usualCharacters, answerTokens: mostAnswerTokens }
  const answerTokens = Math.min(mostAnswerTokens, Math.floor(contextTokens / 4))
  const room = (contextTokens - answerTokens - instructionTokens) * charactersPerToken
  return { characters: Math.max(leastCharacters, Math.min(mostCharacters, room)), answerTokens }
}

/**
 * Lets the model read the site, in parts where it does not fit into one call, and keeps of its answers what the pages
 * prove. Contacts stay as extraction found them: they are never the model's. A part that is too long after all is
 * packed anew in half the size. `usage` counts the calls that failed as well. A part to which no usable answer came does not lose what others gave.
 * @throws Failure as `LlmClient.complete` does.
 */
export async function llmProfile(
  site: SiteText,
  extractive: CompanyProfile,
  { llm, signal, jobId }: { llm: LlmClient; signal: AbortSignal; jobId: string },
): Promise<CompanyProfile> {
  const ranked = await rankPassages(site, signal)
  if (ranked.length === 0) return extractive
  const usage = noUsage(undefined)
  let { characters, answerTokens } = callBudget(await llm.contextTokens?.(signal))
  let waiting: Passage[] = withinCharacters(ranked, mostCharactersInAll)
  let read = 0
  const answers: ProvenAnswer[] = []
  for (let calls = 0; waiting.length > 0 && calls < mostCalls; calls++) {
    const [part = []] = packPassages(waiting, { characters, overhead: frameLength, mostParts: 1 })
    try {
      const asked = await llm.complete<ProfileAnswer>({
        schemaName: 'company_profile',
        schema: profileAnswer,
        messages: profileMessages(part, extractive.language, newMarker()),
        maxTokens: answerTokens,
        signal,
        jobId,
        usage,
      })
      answers.push(await proveAnswer(asked.value, { passages: part, site, signal }))
      read += part.length
    } catch (error) {
      const code = failureCodeOf(error)
      if (signal.aborted) throw error
      if (code === 'LLM_CONTEXT_EXCEEDED' && characters > leastCharacters) {
        characters = Math.max(leastCharacters, Math.floor(characters / 2))
        calls--
        continue
      }
      if (code !== 'LLM_ANSWER_INVALID' || answers.length === 0) throw error
    }
    waiting = waiting.slice(part.length)
  }
  return {
    ...extractive,
    ...mergeAnswers(answers, site, extractive),
    engine: 'llm',
    coverage: { passages: ranked.length, read },
    usage: usageFields(usage),
  }
}

function withinCharacters(passages: readonly Passage[], characters: number): Passage[] {
  let length = 0
  return passages.filter(({ text }) => {
    length += text.length + frameLength
    return length <= characters
  })
}
