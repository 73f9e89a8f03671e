/**
 * Beyond what any page made for people has: the rest is ignored, so that 5 MB of anything are read in about a second.
 * `nesting` is characters times depth: matching a tag with those that are open costs the more, the more are open.
 */
export const most = {
  textLength: 1_000_000,
  links: 10_000,
  /** Elements that may be links, whatever they lead to. */
  anchors: 20_000,
  frames: 1_000,
  /** Of each kind: telephones, e-mail addresses, WhatsApp links. */
  contacts: 1_000,
  metadata: 500,
  metadataLength: 10_000,
  titleLength: 10_000,
  hrefLength: 10_000,
  /** Of all scripts together, each counted as no less than `jsonLdScript`. */
  jsonLdLength: 2_000_000,
  jsonLdScript: 2_000,
  nesting: 1_000_000_000,
  depth: 5_000,
}
