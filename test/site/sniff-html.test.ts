import { expect, it } from 'vitest'
import { isHtml, mayBeHtml } from '../../src/site/sniff-html.ts'

const bytes = (text: string) => Buffer.from(text, 'latin1')

it.each([
  ['<p>Ol\xe1', 'text/html; charset=iso-8859-1'],
  ['Apenas texto', 'TEXT/HTML'],
  ['', 'text/html'],
  ['<?xml version="1.0"?><html xmlns="a">', 'application/xhtml+xml'],
  ['  <!DOCTYPE HTML>', undefined],
  ['<HTML>', 'application/octet-stream'],
  ['<title>a</title>', 'text/plain'],
  ['\xff\xfe<\0h\0t\0m\0l\0>\0\0\x01', 'text/html'],
])('%j as %s is a page', (body, type) => expect(isHtml(bytes(body), type)).toBe(true))

it.each([
  ['%PDF-1.7', 'text/html'],
  ['\x89PNG\r\n', 'text/html'],
  ['\xff\xd8\xff\xe0', 'text/html'],
  ['PK\x03\x04', 'text/html'],
  ['RIFF\x01\x02\x03\x04WEBP', 'text/html'],
  ['\0\0\0\x18ftypmp42', 'text/html'],
  ['<html>', 'image/png'],
  ['<html>', 'application/json'],
  ['User-agent: *', 'text/plain'],
  ['<urlset><url>', 'application/xml'],
  ['', undefined],
])('%j as %s is none', (body, type) => expect(isHtml(bytes(body), type)).toBe(false))

it('only a type that no page has rules a page out unread', () => {
  expect(['text/html', undefined, '', 'text/plain'].every(mayBeHtml)).toBe(true)
  expect(['application/pdf', 'image/jpeg', 'application/json', 'video/mp4'].some(mayBeHtml)).toBe(false)
})
