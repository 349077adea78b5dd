import { z } from "zod";
import { checkTexts, type Language } from "../../text/index.ts";
import { eventType } from "./event-query.ts";
import { liveIdInput } from "./live-id.ts";

const time = (what: string) => z.number().nullable().describe(`${what}, ms since the epoch; null when there is none`);
const count = z.int().min(0);
const everyRoom = z.literal("*");

/** What a target is made from, and replaced with. */
export const targetInput = z
	.strictObject({
		url: z.string().min(1).max(2048).describe("where events are POSTed; http or https"),
		live_ids: z
			.union([everyRoom, z.array(liveIdInput).min(1).max(1000)], checkTexts.rooms.en)
			.describe('rooms; "*" for all, also those that come later'),
		types: z.array(eventType).min(1).optional().describe("kinds of events; left out: all"),
		secret: z
			.string()
			.regex(/^[\x21-\x7e]{16,256}$/, checkTexts.secret.en)
			.optional()
			.describe("signs deliveries; left out: generated at creation, kept at a change. Never shown again"),
		batch: z
			.strictObject({
				max_events: z.int().min(1).max(1000).optional().describe("events in one request at most; default 100"),
				max_wait_ms: z.int().min(0).max(60_000).optional().describe("how long an event waits for others; default 200"),
			})
			.optional(),
		enabled: z.boolean().optional().describe("default true; a disabled one keeps its place"),
		after: z
			.enum(["now", "oldest"])
			.optional()
			.describe("where a room begins that was not followed before; default now"),
	})
	.meta({ id: "NewTarget" });

const deliveryError = z
	.object({
		code: z.string().describe("stable; for programs (the manual's chapter on targets lists them)"),
		message: z.string(),
		status: z.int().nullable().describe("what the receiver answered"),
		at: z.number(),
	})
	.meta({ id: "DeliveryError" });

export const target = z
	.object({
		id: z.string(),
		url: z.string().nullable().describe("null: encrypted with another key; put it again, with a secret"),
		live_ids: z.union([everyRoom, z.array(z.string())]),
		types: z.array(eventType).nullable().describe("null: every kind"),
		batch: z.object({ max_events: z.int(), max_wait_ms: z.int() }),
		enabled: z.boolean(),
		after: z.enum(["now", "oldest"]),
		created_at: z.number(),
		updated_at: z.number(),
		state: z.enum(["active", "failing", "paused", "disabled", "unreadable"]),
		failures: count.describe("failed attempts in a row, over all rooms"),
		paused_until: time("when a paused target is tried next"),
		dead_letters: count,
		dead_letters_dropped: count.describe("dead letters that gave way to newer ones"),
	})
	.meta({ id: "Target" });

export const targetRoom = z
	.object({
		live_id: z.string(),
		state: z.enum(["idle", "waiting", "ready", "running", "closed", "stopped"]),
		position: count.describe("everything up to this seq is done with"),
		last_seq: count.describe("the newest seq of the room's log"),
		lag: count.describe("events between the two, wanted or not"),
		attempts: count.describe("failed attempts with the batch under way"),
		next_attempt_at: time("when the next attempt is due"),
		last_success_at: time("when a delivery was last accepted"),
		last_error: deliveryError.nullable().describe("of the newest failed attempt; gone with the next success"),
	})
	.meta({ id: "TargetRoom" });

export const deadLetter = z
	.object({
		delivery_id: z.string(),
		live_id: z.string(),
		first_seq: z.int(),
		last_seq: z.int(),
		events: count,
		available: z.enum(["all", "some", "none"]).describe("how much of it the log still holds"),
		truncated: z.object({ from: z.int(), to: z.int(), reason: z.enum(["retention", "reset"]) }).nullable(),
		attempts: count,
		error: deliveryError,
		buried_at: z.number(),
		queued: z.boolean().describe("asked to be sent again, and not yet tried"),
	})
	.meta({ id: "DeadLetter" });

export const targetTest = z
	.object({
		accepted: z.boolean().describe("the receiver answered 2xx"),
		status: z.int().nullable().describe("what the receiver answered; null where it did not"),
		error: deliveryError.nullable(),
		took_ms: z.number(),
	})
	.meta({ id: "TargetTest" });

const id = z.string().regex(/^[\w-]{1,64}$/, checkTexts.id.en);
export const targetParams = z.object({ id });
export const deadLetterParams = z.object({ id, delivery_id: id });

export const targetReply = z.object({ success: z.literal(true), target });

type Input = z.output<typeof targetInput>;
type View = z.output<typeof target>;

/** What the routes need of targets. Each method throws LivekeeperError for what can't be done. */
export interface TargetAdmin {
	list(): Promise<View[]>;
	get(id: string, language: Language): Promise<{ target: View; rooms: z.output<typeof targetRoom>[] }>;
	create(input: Input): Promise<{ target: View; secret: string }>;
	update(id: string, input: Input): Promise<View>;
	remove(id: string): Promise<void>;
	test(id: string, language: Language): Promise<z.output<typeof targetTest>>;
	deadLetters(
		id: string,
		query: { limit: number; before?: number | undefined },
		language: Language,
	): Promise<{ dead_letters: z.output<typeof deadLetter>[]; next_before: number | null }>;
	redeliver(id: string, deliveryId: string): Promise<void>;
	redeliverAll(id: string): Promise<number>;
}

export interface TargetRouteDeps {
	targets: TargetAdmin;
}
