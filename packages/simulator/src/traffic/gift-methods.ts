export const giftMethod = "WebcastGiftMessage";

/** Kinds that anonymous sessions are not given. */
export function isGiftMethod(method: string): boolean {
	return method === giftMethod || method === "WebcastLightGiftMessage";
}
