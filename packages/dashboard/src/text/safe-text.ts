/** Characters that are invisible or change the direction of the surrounding text. */
const invisible = /\p{Cc}|(?!\u200d)\p{Cf}|\u2028|\u2029|\u115f|\u1160|\u3164|\uffa0|\u034f|\u17b4|\u17b5/gu;
/** Maximum number of marks per letter; stacks of more would cover other lines. */
const piledMarks = /(\p{M}{3})\p{M}+/gu;
const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/**
 * Sanitizes text from other users (a name, a message, a title) for one line: removes control and bidi characters,
 * collapses white space, and truncates stacked marks and everything beyond `limit` (UTF-16 units; default 500). Keeps
 * U+200D where it joins emoji, and never splits an emoji. The result is plain text and must be shown as text.
 */
export function safeText(text: string, limit = 500): string {
	// Truncated before any other work, so a name of 100 KB costs nothing.
	const most = text.length > limit * 2 ? text.slice(0, limit * 2) : text;
	const clean = most
		.replace(/\s+/gu, " ")
		.replace(invisible, "")
		.replace(/(?<!\p{Extended_Pictographic}\ufe0f?|\p{Emoji_Modifier})\u200d/gu, "")
		.replace(piledMarks, "$1")
		.trim();
	return clean.length > limit ? `${cut(clean, limit)}…` : clean;
}

/** Returns as many whole graphemes as fit into `limit`. */
function cut(text: string, limit: number): string {
	let end = 0;
	for (const { index, segment } of graphemes.segment(text)) {
		if (index + segment.length > limit) break;
		end = index + segment.length;
	}
	return text.slice(0, end);
}
