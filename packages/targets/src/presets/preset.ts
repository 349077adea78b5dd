import { checkTexts, type Language, type Text } from "@livekeeper/base/text";
import { isTimeZone } from "@livekeeper/base/text/local-time";
import { z } from "zod";
import type { Notice } from "../service-states.ts";
import type { TargetFilter } from "../target-filter.ts";
import type { OutMessage } from "../transports/out-message.ts";

const secretSchemas = new WeakSet<z.ZodType>();

/** Marks a setting that neither the API nor a preview or failed attempt ever shows. */
export function secret<Schema extends z.ZodType>(schema: Schema): Schema {
	secretSchemas.add(schema);
	return schema;
}

/** Returns the names of the settings that are marked as {@link secret}. */
function secretsOf({ shape }: z.ZodObject): string[] {
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

/** Content of one delivery: of a room, or of the service's states. */
export interface Delivery {
	/** Derived from the content, so a repeat has the same id. */
	deliveryId: string;
	targetId: string;
	/** "" for notices of the service, without events. */
	liveId: string;
	/** Room by its last known name; "" if unknown. */
	room: { roomId: string; nickname: string; title: string; avatar: string; cover?: string | undefined };
	/** Events in the log's order, each as stored in the log. */
	events: readonly { seq: number; json: string }[];
	/** Number of gifts of its streak that a step represents, by `seq`; default: those that it adds. */
	gifts?: Readonly<Record<number, number>> | undefined;
	/** Changes of the service's states; for a room, the report of a broadcast. */
	notices: readonly Notice[];
	truncated: { from: number; to: number; reason: "retention" | "reset" } | undefined;
	/** Time of this attempt, ms since the epoch; signatures contain it. */
	now: number;
	/** Whether a user checks that the receiver answers; there are no events. */
	test: boolean;
}

/** Returns the anchor's picture, if a receiver accepts its address. */
export function pictureOf({ avatar }: Delivery["room"]): string | undefined {
	return /^https:\/\/[\x21-\x7e]{1,400}$/.test(avatar) && URL.canParse(avatar) ? avatar : undefined;
}

/** A kind of receiver: its address, its messages, and the meaning of its answers. */
export interface Preset<S> {
	/** Schema of the settings. They are stored sealed as a whole, because addresses contain tokens. */
	readonly settings: z.ZodObject;
	/** Names of the settings that its schema marks as `secret`. */
	readonly secrets: readonly string[];
	/** Limits to apply, from the receiver's documented ones. A message counts once, however many events it carries. */
	readonly limits?: { perMinute?: number; perSecond?: number; maxEvents?: number };
	/** Whether people read its messages: a streak of gifts is then one gift. Programs get each step. */
	readonly forPeople?: boolean;
	/** Whether it is a tool on this machine, allowed only by the owner's explicit switch. */
	readonly loopback?: boolean;
	/**
	 * Returns the address to connect to: `http(s)`, `ws(s)`, `mqtt(s)` or `smtp(s)`. It is checked when a target is
	 * stored, and again by the transports.
	 */
	address(settings: S): string;
	/** Returns a setting that does not fit the target's events; checked when a target is stored. */
	check?(settings: S, filter: TargetFilter): { setting: string; text: Text } | undefined;
	/**
	 * Returns the messages of a delivery. Pure: the same delivery at the same `now` makes the same bytes. They are sent
	 * in order, and the delivery is accepted once all are. None if these events say nothing to this receiver.
	 */
	messages(delivery: Delivery, settings: S): OutMessage[];
	/** Interprets an answer if its status is not enough; `undefined`: the status decides. */
	verdict?(answer: { status: number; body: string }): Verdict | undefined;
}

/** Returns a preset whose methods get what its schema of settings makes of them. */
export function definePreset<Schema extends z.ZodObject>(
	preset: Omit<Preset<z.output<Schema>>, "settings" | "secrets"> & { readonly settings: Schema } & ThisType<
			Preset<z.output<Schema>>
		>,
): Preset<z.output<Schema>> {
	return { ...preset, secrets: secretsOf(preset.settings) };
}

export type Verdict = { ok: true } | Refusal;

export interface Refusal {
	ok: false;
	code: ReceiverErrorCode;
	/** The receiver's own code and words. */
	message: string;
	retryAfterMs?: number;
	/** Whether it will never accept this message, although it may accept the next one. */
	gone?: boolean;
}

/** Reasons why a receiver refused a message that it understood. */
export const receiverErrorCodes = [
	/** The receiver does not know the key, token or address of the robot or device. */
	"receiver_key",
	/** The signature does not match, or its time differs too much. */
	"receiver_signature",
	/** The message contains none of the robot's keywords. */
	"receiver_keyword",
	/** This machine's address is not among those that the robot accepts. */
	"receiver_address",
	/** The chat does not exist, or the robot is not in it. */
	"receiver_chat",
	/** Too many messages. */
	"receiver_rate_limited",
	/** This message's content is refused. */
	"receiver_content",
	/** Any other reason. */
	"receiver_refused",
	/** The target's template could not be rendered, so nothing was sent. */
	"template_failed",
] as const;

export type ReceiverErrorCode = (typeof receiverErrorCodes)[number];
