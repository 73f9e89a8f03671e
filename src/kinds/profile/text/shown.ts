import { invisible } from '../../../extract/fold-blanks.ts'

/** A text as it shows, of pages that were stored with what does not, and of JSON-LD, which nobody sees. */
export const shown = (text: string): string => text.replace(invisible, '')
