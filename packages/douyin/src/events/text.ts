import type { Text, TextPiece } from "../wire/index.ts";

/**
 * A text as people see it: the pattern, such as `{0:user} 来了`, with its pieces filled in. A place without a piece is
 * left empty.
 */
export function renderText(text: Text | undefined): string {
	if (!text) return "";
	if (text.defaultPattern === "") return text.pieces.map(renderPiece).join("");
	return text.defaultPattern.replace(/\{(\d+)(?::[^{}]*)?\}/g, (_, index: string) => {
		const piece = text.pieces[Number(index)];
		return piece ? renderPiece(piece) : "";
	});
}

function renderPiece(piece: TextPiece): string {
	return piece.stringValue || piece.userValue?.user?.nickname || piece.giftValue?.nameRef?.defaultPattern || "";
}
