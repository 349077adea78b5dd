import { checkTexts, type Language } from "@livekeeper/base/text";
import { isTimeZone } from "@livekeeper/base/text/local-time";
import { z } from "zod";

const secretSchemas = new WeakSet<z.ZodType>();

/** Marks a setting that neither the API nor a preview or failed attempt ever shows. */
export function secret<Schema extends z.ZodType>(schema: Schema): Schema {
	secretSchemas.add(schema);
	return schema;
}

/** Returns the names of the settings that are marked as {@link secret}. */
export function secretsOf({ shape }: z.ZodObject): string[] {
	return Object.keys(shape).filter((name) => secretSchemas.has(shape[name] as z.ZodType));
}

/** Settings that several presets have. */

export const addressSetting = z.string().min(1).max(2048);

export const webAddress = addressSetting.regex(/^https?:\/\//i, checkTexts.webAddress.en);

export const socketAddress = addressSetting.regex(/^wss?:\/\//i, checkTexts.socketAddress.en);

export const secretSetting = z.string().min(1).max(512);

export const languageSetting = z.enum(["zh", "en"]).default("zh").describe("language of the messages; default zh");

/** Preferences of the people who read messages. */
export interface Reader {
	language: Language;
	/** IANA name; default: as {@link zoneFor} decides. */
	zone?: string | undefined;
}

/** Settings of each preset whose messages are words. */
export const readerSettings = {
	language: languageSetting,
	zone: z
		.string()
		.max(64)
		.refine(isTimeZone, checkTexts.timeZone.en)
		.optional()
		.describe("time zone of times in messages, such as Asia/Shanghai, the default for zh; for en: the machine's"),
};

export const keywordSetting = z
	.string()
	.min(1)
	.max(60)
	.optional()
	.describe("put at the start of each message, for a bot that only accepts messages containing it");

/** Returns the whole address, because users paste either that or only the key at its end. */
export function wholeAddress(pasted: string, base: string): string {
	return /^https?:\/\//i.test(pasted) ? pasted : base + encodeURIComponent(pasted);
}

/** Returns a user's own `server`, without a slash at its end, or the standard one. */
export function serverOf(server: string | undefined, standard: string): string {
	return (server ?? standard).replace(/\/+$/, "");
}
