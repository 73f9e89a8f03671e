/**
 * Which version of the extraction a stored page's text, facts and links are of. **It rises by one with every change that
 * makes a page say something else.** A page that was read by another version is asked for whole: a 304 would keep what
 * that version made of it.
 */
export const extractionVersion = 3
