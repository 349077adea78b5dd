/** Cache of converted keys. They are keys of our own types, so it stays small. */
const snakeKeys = new Map<string, string>();

/** Converts a key to snake_case: `liveId` → `live_id`. */
export function snakeKey(key: string): string {
	const known = snakeKeys.get(key);
	if (known !== undefined) return known;
	const snake = key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
	snakeKeys.set(key, snake);
	return snake;
}
