/** Keys are those of our own types, so this stays small. */
const snakeKeys = new Map<string, string>();

/** `liveId` → `live_id`. */
export function snakeKey(key: string): string {
	const known = snakeKeys.get(key);
	if (known !== undefined) return known;
	const snake = key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
	snakeKeys.set(key, snake);
	return snake;
}
