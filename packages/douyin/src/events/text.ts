import type { Text, TextPiece } from "../wire/index.ts";

/**
 * Maximum number of characters that pieces add to a text. A pattern can name the same piece any number of times:
 * without a bound a small message could produce a text that fills the memory.
 */
const MAX_FILLED = 10_000;

/**
 * Renders a text as users see it: the pattern, such as `{0:user} 来了`, with its pieces filled in. A place stays empty if
 * its piece is missing or would make the text longer than any real one.
 */
export function renderText(text: Text | undefined): string {
	if (!text) return "";
	let room = MAX_FILLED;
	const fill = (piece: TextPiece | undefined): string => {
		const filled = piece ? renderPiece(piece) : "";
		if (filled.length > room) return "";
		room -= filled.length;
		return filled;
	};
	if (text.defaultPattern === "") return text.pieces.map(fill).join("");
	return text.defaultPattern.replace(/\{(\d+)(?::[^{}]*)?\}/g, (_, index: string) => fill(text.pieces[Number(index)]));
}

function renderPiece(piece: TextPiece): string {
	return piece.stringValue || piece.userValueUser?.nickname || piece.giftValueNameRefDefaultPattern;
}
