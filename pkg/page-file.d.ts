/** A network, an example and their maps in one HTML file, which opens from disk and still computes. */

/**
 * The template (the package's `dist/page.html`) with these parts in it. Everything is inserted as text: nothing in it is
 * markup, and it reads back as it was, but for NUL and halves of surrogate pairs, which no page can hold.
 * @throws RequestError where the template is none or a name is no name
 */
export function fillPage(template: string, parts: PageParts): Promise<string>;

export interface PageParts {
  /** Title of the document. */
  title: string;
  /** Attributes of `<heat-lens>`, in their order; `true` is one without a value, null and false leave it out. */
  attributes: Record<string, string | boolean | null | undefined>;
  /** What is seen where no script runs. */
  fallback: Fallback;
  /** Files by the id under which the element finds them, such as `heatlens-model`. They are deflated inside the page. */
  data: Record<string, Uint8Array>;
}

export interface Fallback {
  /** One for each map. */
  stills: Still[];
  /** Paragraphs below: prediction, method, what the ends of the scale stand for, sum. */
  caption: string[];
}

/** A map that does not move: a picture or a text with coloured words. */
export interface Still {
  title: string;
  picture?: StillPicture;
  words?: StillWord[];
  legend?: StillLegend;
}

export interface StillPicture {
  type: 'image/png' | 'image/svg+xml';
  bytes: Uint8Array;
  /** The picture in words. */
  alt: string;
}

/** A piece of a text; without a colour if it has no background. */
export interface StillWord {
  text: string;
  /** Red, green, blue: 0 to 255. */
  background?: readonly number[];
  /** Of the letters. */
  ink?: '#111' | '#fff';
  underlined?: boolean;
}

export interface StillLegend {
  /** The scale of colours, a PNG file. */
  picture: Uint8Array;
  /** Numbers at its left, middle and right. */
  ticks: readonly [string, string, string];
}
