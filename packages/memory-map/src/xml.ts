/** XML as text: elements whose attributes and texts are escaped, so that no name of the user's can break the document. */

export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** An element around markup that is XML already; attributes that are undefined are left out. */
export function element(name: string, attributes: Attributes, ...children: readonly string[]): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escapeXml(String(value))}"`)
    .join('');
  return children.length === 0 ? `<${name}${written}/>` : `<${name}${written}>${children.join('')}</${name}>`;
}

/** An element around a text. */
export function textElement(name: string, attributes: Attributes, text: string): string {
  return element(name, attributes, escapeXml(text));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text for an element or an attribute. Characters that XML 1.0 (section 2.2, Char) forbids become U+FFFD. */
export function escapeXml(text: string): string {
  return [...text].map((char) => ENTITIES[char] ?? (isAllowed(char.codePointAt(0)!) ? char : '\ufffd')).join('');
}

function isAllowed(code: number): boolean {
  if (code < 0x20) return code === 9 || code === 10 || code === 13;
  return !(code >= 0xd800 && code <= 0xdfff) && code !== 0xfffe && code !== 0xffff;
}
