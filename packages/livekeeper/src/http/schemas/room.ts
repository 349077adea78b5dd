import { failureReasons } from "@livekeeper/douyin";
import { z } from "zod";
import { roomPriorities, type WireStatus } from "../../live/index.ts";
import { roomGiftCoverage } from "./coverage.ts";
import { official } from "./official.ts";
import { roomQuality } from "./quality.ts";

const time = (what: string) => z.number().nullable().describe(`${what}, ms since the epoch; null when there is none`);
const count = z.int().min(0);

export const roomState = z.enum([
	"idle",
	"resolving",
	"waiting",
	"queued",
	"connecting",
	"connected",
	"reconnecting",
	"blocked",
	"not_found",
	"stopped",
]);
export const roomHealth = z.enum(["fine", "quiet", "silent", "degraded"]);
export const reasonCode = z.enum([
	...failureReasons,
	"offline",
	"no_room",
	"not_found",
	"no_free_slot",
	"preempted",
	"stopped",
	"new",
	"ok",
]);

export const roomPriority = z.enum(roomPriorities).describe("who is connected first when there is no room for all");

/** Why a room is in its state. */
export const reason = z.object({
	code: reasonCode,
	message: z.string(),
	decision: z.string().nullable().describe("what was decided about the next attempt, and why"),
	help: z.string().nullable().describe("what a failure of this class means, and what can be done"),
});

const share = z.number().min(0).max(1).nullable();
const amount = z.number().min(0);
const perHour = z.number().min(0).nullable();

/** One connection of a broadcast beside the others. */
const compared = z
	.object({
		messages: count.describe("messages that it brought while there were several connections"),
		only_messages: count.describe("those that no other connection brought"),
		message_gain: share.describe("only_messages of all that the room was brought: what it adds"),
		message_coverage: share.describe("what share of all messages it is shown, by what the others are shown, at most"),
		diamonds: amount.describe("worth of the gifts that it brought"),
		only_diamonds: amount.describe("worth of those that no other connection brought"),
		diamond_gain: share.describe("only_diamonds of all that the room was brought: what it adds"),
		diamond_coverage: share.describe("what share of the gifts' worth it is shown"),
		gifts: count.describe("gifts that it brought; a streak is one"),
		gifts_per_hour: perHour.describe("gifts an hour while it stood; null in the first quarter of an hour"),
	})
	.meta({ id: "ComparedConnection" });

/** The same of all connections together. */
const comparedAll = z
	.object({
		since: z.number().describe("since when they are compared, ms since the epoch"),
		messages: count.describe("messages that they brought together"),
		message_coverage: share.describe("what share of all messages they are shown together, at most"),
		diamonds: amount.describe("worth of the gifts that they brought together"),
		diamond_coverage: share.describe("what share of the gifts' worth they are shown together"),
		diamonds_by: z
			.enum(["totals", "overlap"])
			.nullable()
			.describe("by what that is known: the room's own totals, or what the connections have in common"),
		gifts: count.describe("gifts that they brought together; a streak is one"),
		gifts_per_hour: perHour.describe("the same an hour; null in the first quarter of an hour"),
	})
	.meta({ id: "ComparedConnections" });

/** One of a room's connections. */
export const connection = z
	.object({
		kind: z.enum(["socket", "polling"]),
		state: z.enum(["idle", "queued", "waiting", "connecting", "connected"]),
		synced: z.boolean().describe("whether it is proven to follow what the room has said: it could go on alone"),
		host: z.string().nullable(),
		identity: z.enum(["anonymous", "logged_in", "expired"]),
		reason: z.object({ code: z.string(), message: z.string() }).nullable().describe("why it isn't connected"),
		next_attempt_at: time("when its next attempt is due"),
		failures: count.describe("how often it was lost or could not be made"),
		messages: count.describe("messages that it brought"),
		missed: count.describe("messages that the others brought and it did not; those on their way may be among them"),
		compared: compared.nullable().describe("what it brings of the running broadcast beside the others"),
	})
	.meta({ id: "RoomConnection" });

/** One room, whole. */
export const room = z
	.object({
		live_id: z.string(),
		state: roomState,
		health: roomHealth.nullable().describe("how a connected room is doing; null while it isn't connected"),
		urgency: z.int().min(0).max(10).describe("how much it wants to be looked at: 0 is the worst, 10 wants nothing"),
		failing: z.boolean().describe("something is wrong that should not be; an offline or quiet room is not failing"),
		reason: reason.describe("why the room is in its state"),
		since: z.number().describe("when the room entered its state, ms since the epoch"),
		unstored_since: time("since when what the room says can't be stored; null while it can"),
		pinned: z.boolean().describe("whether it goes before all that are not when connections are scarce"),
		priority: roomPriority,
		queue: z
			.object({ position: z.int().min(1).describe("1 is served next"), why: z.string() })
			.nullable()
			.describe("its place among those that wait for a connection; null while it doesn't"),
		reconnect_count: count.describe("failed attempts since the last frame"),
		next_attempt_at: time("when the next attempt is due"),
		last_message_at: time("when the last message came"),
		last_sign_at: time("when the last sign of life of any kind came"),
		connected_at: time("when the socket opened"),
		room_id: z.string().nullable().describe("the broadcast"),
		title: z.string().nullable(),
		anchor: z.object({ id: z.string(), nickname: z.string(), avatar: z.string() }).nullable(),
		host: z.string().nullable().describe("the push host"),
		polling: z.boolean().describe("there is no push socket, and the room is read by asking again and again"),
		node: z.string().nullable().describe("the node of the cluster that keeps it; null where the service is alone"),
		connections: z.array(connection).nullable().describe("its connections; null for a room with one socket"),
		compared: comparedAll.nullable().describe("what its connections bring together; null for one connection"),
		identity: z
			.enum(["anonymous", "logged_in", "expired"])
			.describe("anonymous sessions get no gifts; expired: the cookie is of a login that has ended, and so do they"),
		identity_name: z
			.string()
			.nullable()
			.describe("the identity that it goes by; null: a cookie and a proxy of its own"),
		login_expires_at: time("when the login ends or has ended"),
		login_warning: z.string().nullable().describe("for people: the login has ended, or will soon"),
		frames: count,
		messages: count,
		decode_errors: count,
		bounded_messages: count.describe(
			"messages that held more than any real one: their events say in `bounded` of what",
		),
		duplicates: count,
		reconnects: z.partialRecord(z.enum(failureReasons), count).describe("reconnects by what caused them"),
		gaps: count.describe("holes that the log tells of with `gap` events: messages are missing there, or may be"),
		gap_ms: z.number().min(0).describe("upstream time that these gaps cover, in all"),
		evidence: z.array(z.string()).describe("what the health is judged by, in words for people"),
		quiet_kinds: z.array(z.string()).describe("types of events that alone have fallen silent"),
		heartbeat_ms: z
			.number()
			.nullable()
			.describe("how long the last heartbeat took to be answered; null when it is not"),
		ping_ms: z.number().nullable().describe("how long the last ping took to be answered"),
		quality: roomQuality.describe("0 to 100, over 5 minutes, an hour and a day"),
		messages_per_minute: z
			.array(count)
			.readonly()
			.describe(
				"messages stored in each of the last 60 whole minutes, oldest first; none from before the service started",
			),
		messages_last_minute: count.describe("messages stored in the last 60 seconds, about"),
		viewers: count.nullable().describe("people watching, as the upstream last told; null before it has"),
		diamonds: count.describe("gifts of this broadcast, in diamonds, as far as they were seen"),
		gift_coverage: roomGiftCoverage.describe("how many of the broadcast's gifts come"),
		official: official.nullable().describe("how the open platform's push does; null: the room has no app"),
	})
	.meta({ id: "Room" }) satisfies z.ZodType<WireStatus>;

/** The answer about one room. */
export const roomReply = z.object({ success: z.literal(true), room });
