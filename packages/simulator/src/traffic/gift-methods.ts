export const giftMethod = "WebcastGiftMessage";

/** A gift inside another message. */
export const packedGiftMethod = "WebcastBindingGiftMessage";

/** Whether a kind is one that anonymous sessions don't receive. */
export function isGiftMethod(method: string): boolean {
	return method === giftMethod || method === packedGiftMethod || method === "WebcastLightGiftMessage";
}
