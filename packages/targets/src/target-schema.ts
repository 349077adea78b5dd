import { liveIdInput, plainLiveId } from "@livekeeper/base/live-id";
import { checkTexts } from "@livekeeper/base/text";
import { personRoles } from "@livekeeper/client/filter";
import { liveEventTypes } from "@livekeeper/douyin";
import { z } from "zod";
import { presetNames } from "./presets/index.ts";
import { notifiedStates } from "./service-states.ts";

const time = (what: string) => z.number().nullable().describe(`${what}, ms since the epoch; null when there is none`);
const count = z.int().min(0);
const everyRoom = z.literal("*");
const eventType = z.enum(liveEventTypes);

const states = z.array(z.enum(notifiedStates));
const roles = z.array(z.enum(personRoles));
const giftOf = z.enum(["gift", "streak"]);
const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, checkTexts.clockTime.en);
const texts = z.array(z.string().min(1).max(200)).max(200);
const quiet = z.strictObject({
	from: clockTime,
	to: clockTime,
	zone: z.string().min(1).max(64).describe("such as Asia/Shanghai"),
});

/** A target as created or replaced: the source of its fields, limits and defaults. */
export const targetInput = z
	.strictObject({
		name: z.string().max(100).default("").describe("your name for it"),
		preset: z.enum(presetNames).default("json").describe("the kind of receiver"),
		settings: z
			.record(z.string(), z.unknown())
			.describe(
				"settings of the preset (see GET /api/v1/targets/presets); secret ones that are left out stay unchanged",
			),
		live_ids: z
			.union([everyRoom, z.array(liveIdInput.transform(plainLiveId)).min(1).max(1000)], checkTexts.rooms.en)
			.describe('rooms; "*" for all, including later ones'),
		types: z.array(eventType).optional().describe("kinds of events; left out: all, or none if states are given"),
		states: states
			.optional()
			.describe(
				"room states that are sent as well (report: ended, with the broadcast's report); login_ending, storage, node_lost and site_changed: states of the service",
			),
		words: texts.optional().describe("only messages whose text contains one of these; for kinds with text"),
		pattern: z
			.string()
			.min(1)
			.max(500)
			.optional()
			.describe("only messages whose text matches (RE2 syntax, ignoring case); for kinds with text"),
		gift: z
			.strictObject({
				min_diamonds: z.int().min(1).max(1_000_000_000),
				of: giftOf
					.default("streak")
					.describe("gift: for a single gift; streak: for a single gift or its combo, once each"),
			})
			.optional()
			.describe("only gifts of this value"),
		people: texts.optional().describe("only from these: ids, sec_uids, Douyin IDs or nicknames"),
		roles: roles.optional().describe("only from people with one of these roles"),
		min_level: z.int().min(1).max(1000).optional().describe("only from people of at least this level"),
		pace: z
			.strictObject({
				digest_minutes: z
					.int()
					.min(1)
					.max(1440)
					.optional()
					.describe("interval in minutes over which events are combined; left out: send immediately"),
				max_per_minute: z
					.int()
					.min(1)
					.max(1000)
					.optional()
					.describe("maximum messages per minute; left out: what the receiver allows"),
				quiet: quiet.optional().describe("quiet hours: nothing is sent then, but afterwards"),
				// Long enough for rooms that drop and reconnect, which takes seconds.
				hold_seconds: z
					.int()
					.min(0)
					.max(3600)
					.default(30)
					.describe("a state change is sent once it has lasted this long"),
			})
			.prefault({}),
		batch: z
			.strictObject({
				max_events: z.int().min(1).max(1000).default(100).describe("maximum events per request"),
				max_wait_ms: z.int().min(0).max(60_000).default(200).describe("how long an event waits for others, ms"),
			})
			.prefault({}),
		enabled: z.boolean().default(true).describe("a disabled one keeps its place"),
		after: z.enum(["now", "oldest"]).default("now").describe("where a room that is new to the target starts"),
	})
	.meta({ id: "NewTarget" });

/** A target as a program writes it, defaults left out or not. */
export type TargetInput = z.input<typeof targetInput>;

/** Reason why an attempt failed, in the language of the request. */
const deliveryError = z
	.object({
		code: z.string().describe("stable; for programs (the manual's chapter on targets lists them)"),
		message: z.string(),
		status: z.int().nullable().describe("the receiver's answer"),
		at: z.number(),
	})
	.meta({ id: "DeliveryError" });

export type DeliveryErrorView = z.output<typeof deliveryError>;

/**
 * A target as shown by the API, without its secrets. `state` is `active`: all is well · `failing`: the last attempt
 * failed, the next is due · `paused`: many failed in a row, probed now and then · `disabled`: by the user ·
 * `unreadable`: sealed with another key, needs its URL and a secret again.
 */
export const target = z
	.object({
		id: z.string(),
		name: z.string(),
		preset: z.enum(presetNames),
		settings: z
			.record(z.string(), z.unknown())
			.nullable()
			.describe("without the secret ones; null: encrypted with another key, enter all of them again"),
		host: z.string().nullable().describe("the host it sends to"),
		live_ids: z.union([everyRoom, z.array(z.string())]),
		types: z.array(eventType).nullable().describe("null: every kind"),
		states,
		words: z.array(z.string()),
		pattern: z.string().nullable(),
		gift: z.object({ min_diamonds: z.int(), of: giftOf }).nullable(),
		people: z.array(z.string()),
		roles,
		min_level: z.int().nullable(),
		pace: z.object({
			digest_minutes: z.int().nullable(),
			max_per_minute: z.int().nullable(),
			quiet: z.object({ from: z.string(), to: z.string(), zone: z.string() }).nullable(),
			hold_seconds: z.int(),
		}),
		batch: z.object({ max_events: z.int(), max_wait_ms: z.int() }),
		enabled: z.boolean(),
		after: z.enum(["now", "oldest"]),
		created_at: z.number(),
		updated_at: z.number(),
		state: z.enum(["active", "failing", "paused", "disabled", "unreadable"]),
		failures: count.describe("failed attempts in a row, over all rooms"),
		paused_until: time("time of a paused target's next attempt"),
		dead_letters: count,
		dead_letters_dropped: count.describe("undelivered batches that were dropped for newer ones"),
	})
	.meta({ id: "Target" });

export type TargetView = z.output<typeof target>;

/** Progress of a target in one room. */
export const targetRoom = z
	.object({
		live_id: z.string(),
		state: z.enum(["idle", "waiting", "ready", "running", "closed", "stopped"]),
		position: count.describe("everything up to this seq is done"),
		last_seq: count.describe("the newest seq of the room's log"),
		lag: count.describe("events between the two, wanted or not"),
		attempts: count.describe("failed attempts of the current batch"),
		next_attempt_at: time("when the next attempt is due"),
		last_success_at: time("time of the last accepted delivery"),
		last_error: deliveryError.nullable().describe("of the newest failed attempt; cleared by the next success"),
	})
	.meta({ id: "TargetRoom" });

export type TargetRoomView = z.output<typeof targetRoom>;

/** A batch that was given up. */
export const deadLetter = z
	.object({
		delivery_id: z.string(),
		live_id: z.string(),
		first_seq: z.int(),
		last_seq: z.int(),
		events: count,
		available: z.enum(["all", "some", "none"]).describe("how many of its events the log still holds"),
		truncated: z.object({ from: z.int(), to: z.int(), reason: z.enum(["retention", "reset"]) }).nullable(),
		attempts: count,
		error: deliveryError,
		dead_lettered_at: z.number(),
		queued: z.boolean().describe("queued for resending, not yet tried"),
	})
	.meta({ id: "DeadLetter" });

export type DeadLetterView = z.output<typeof deadLetter>;

/** An attempt to deliver. */
export const targetAttempt = z
	.object({
		live_id: z.string(),
		delivery_id: z.string(),
		first_seq: z.int(),
		last_seq: z.int(),
		events: count,
		at: z.number(),
		error: deliveryError.nullable().describe("null: it was accepted"),
	})
	.meta({ id: "TargetAttempt" });

export type AttemptView = z.output<typeof targetAttempt>;

const shownMessage = z
	.object({
		title: z.string(),
		text: z.string().describe("in lines, up to 4,000 characters"),
		picture: z.string().nullable().describe("URL of the picture next to it"),
	})
	.meta({ id: "ShownMessage" });

/** A message that would have been sent, without its address and headers, which may contain secrets. */
const previewedMessage = z.object({
	live_id: z.string(),
	at: z.number(),
	events: count,
	content: z.string().describe("body of the request, frame or publication; up to 4,000 characters"),
	shows: shownMessage.nullable().describe("as the app shows it to people; null: it is for a program"),
});

export type PreviewedMessage = z.output<typeof previewedMessage>;

/** Messages that a target would have been sent in the last hour. */
export const targetPreview = z
	.object({
		messages: z.array(previewedMessage).describe("the first 50"),
		samples: z
			.array(previewedMessage)
			.describe("sample notices of each state of the service, and the report of the newest broadcast"),
		waiting: z
			.array(previewedMessage.extend({ due_at: z.number().describe("ms since the epoch") }))
			.describe("what would be sent later unless it is undone by then: a state change that must last, a digest"),
		deliveries: count.describe("number of deliveries there would have been"),
		partial: z.boolean().describe("incomplete: only the first 20 rooms and the first 500 deliveries were considered"),
	})
	.meta({ id: "TargetPreview" });

export type Preview = z.output<typeof targetPreview>;

/** A kind of receiver, with its settings. */
export const targetPreset = z
	.object({
		name: z.enum(presetNames),
		settings: z.record(z.string(), z.unknown()).describe("JSON Schema of its settings"),
		secrets: z.array(z.string()).describe("settings that are never returned"),
		loopback: z.boolean().describe("a tool on this machine: target_allow_loopback allows its address"),
	})
	.meta({ id: "TargetPreset" });

/** Result of a request without events. */
export const targetTest = z
	.object({
		accepted: z.boolean().describe("the receiver answered 2xx"),
		status: z.int().nullable().describe("the receiver's answer; null if there was none"),
		error: deliveryError.nullable(),
		took_ms: z.number(),
	})
	.meta({ id: "TargetTest" });

export type TargetTestView = z.output<typeof targetTest>;
