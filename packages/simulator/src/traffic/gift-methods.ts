export const giftMethod = "WebcastGiftMessage";

/** A gift inside another message. */
export const packedGiftMethod = "WebcastBindingGiftMessage";

/** Kinds that anonymous sessions are not given. */
export function isGiftMethod(method: string): boolean {
	return method === giftMethod || method === packedGiftMethod || method === "WebcastLightGiftMessage";
}
