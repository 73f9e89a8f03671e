/** What Sonda calls itself where it reads and calls others' websites. */
export const userAgent = 'Mozilla/5.0 (compatible; SondaBot/1.0; +https://github.com/sonda/sonda#bot)'
