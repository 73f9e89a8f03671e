import type { HtmlElement } from './html-elements.ts'
import type { TextWriter } from './text-writer.ts'

/** What the beginning of an element means for the text. `isAfterEnd`: another one ended just before. */
export function beginElement(writer: TextWriter, { layout, level }: HtmlElement, isAfterEnd: boolean): void {
  if (layout === 'inline' || layout === 'apart') {
    // `</b><b>` with nothing between: drawn apart by the style sheet more often than one word.
    if (isAfterEnd || layout === 'apart') writer.space()
  } else if (layout === 'line' || layout === 'break') writer.breakLine()
  else if (layout === 'paragraph') writer.breakParagraph()
  else if (layout === 'item') writer.openItem()
  else if (layout === 'cell') writer.openCell()
  else if (layout === 'row') writer.openRow()
  else writer.openHeading(level)
}

/** What the end of an element means for the text. */
export function endElement(writer: TextWriter, { layout }: HtmlElement): void {
  if (layout === 'inline' || layout === 'apart' || layout === 'break' || layout === 'cell') return
  if (layout === 'line') writer.breakLine()
  else if (layout === 'paragraph') writer.breakParagraph()
  else if (layout === 'item') writer.closeItem()
  else if (layout === 'row') writer.closeRow()
  else writer.closeHeading()
}
