import { type Language, languages } from "@livekeeper/base/text";
import { failureReasons } from "@livekeeper/douyin";
import { failureHelp, isFailure } from "@livekeeper/engine/text";
import { z } from "zod";
import {
	hourTones,
	type LiveRoomStatus,
	maxUrgency,
	type RoomConnectionStatus,
	type RoomStatus,
	roomPriorities,
	roomTroubles,
	troubleOf,
	urgencyOf,
} from "../live/index.ts";
import { reasonHelp } from "../text/index.ts";
import { areGiftsWithheld, roomGiftCoverage, toWireRoomCoverage } from "./coverage.ts";
import { official, toWireOfficial } from "./official.ts";
import { compared, comparedAll, roomQuality, toWireCompared, toWireComparedAll, toWireRoomQuality } from "./quality.ts";
import { lookupWay } from "./upstream.ts";

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
	"hidden",
	"closed",
	"not_found",
	"no_free_slot",
	"preempted",
	"stopped",
	"new",
	"ok",
]);

export const roomPriority = z.enum(roomPriorities).describe("which rooms connect first when connections are scarce");

/** Reason for a room's state. */
export const reason = z.object({
	code: reasonCode,
	message: z.string(),
	decision: z.string().nullable().describe("what was decided about the next attempt, and why"),
	help: z.string().nullable().describe("what a failure of this class means, and what can be done"),
});

/** One of a room's connections. */
export const connection = z
	.object({
		kind: z.enum(["socket", "polling"]),
		state: z.enum(["idle", "queued", "waiting", "connecting", "connected"]),
		synced: z
			.boolean()
			.describe(
				"whether its messages are known to connect to the room's earlier ones, so that it could continue alone",
			),
		host: z.string().nullable(),
		identity: z.enum(["anonymous", "logged_in", "expired"]),
		reason: z.object({ code: z.string(), message: z.string() }).nullable().describe("why it isn't connected"),
		next_attempt_at: time("when its next attempt is due"),
		failures: count.describe("how often it was lost or could not be opened"),
		messages: count.describe("messages that it received"),
		missed: count.describe("messages that the others received and it did not; may include messages still on their way"),
		compared: compared.nullable().describe("how it compares with the other connections in this broadcast"),
	})
	.meta({ id: "RoomConnection" });

/** One room with all details. */
export const room = z
	.object({
		live_id: z.string(),
		state: roomState,
		health: roomHealth.nullable().describe("how a connected room is doing; null while it isn't connected"),
		urgency: z.int().min(0).max(maxUrgency).describe("urgency: 0 is the worst, 12 needs no attention"),
		trouble: z
			.enum(roomTroubles)
			.nullable()
			.describe(
				"the worst problem; `gifts`: gifts that were sent are not received; null: none, also for an offline or quiet room",
			),
		reason: reason.describe("why the room is in its state"),
		since: z.number().describe("when the room entered its state, ms since the epoch"),
		unstored_since: time("start of the time in which messages can't be stored; null while they can"),
		pinned: z.boolean().describe("whether it connects before those that are not pinned when connections are scarce"),
		priority: roomPriority,
		queue: z
			.object({ position: z.int().min(1).describe("1 is next"), why: z.string() })
			.nullable()
			.describe("its place in the queue for a connection; null while it isn't waiting"),
		reconnect_count: count.describe("failed attempts since the last frame"),
		next_attempt_at: time("when the next attempt is due"),
		last_message_at: time("time of the last message"),
		last_sign_at: time("time of the last sign of life of any kind"),
		connected_at: time("time at which the connection opened"),
		room_id: z.string().nullable().describe("the broadcast"),
		kind: z.enum(["video", "voice"]).describe("voice: audio only, no video"),
		watch: z
			.object({
				last_at: time("time of Douyin's last answer about the room"),
				last_way: lookupWay.nullable().describe("method of the last lookup"),
				next_at: time("time of the next lookup, as planned now; null while one is running"),
				next_way: lookupWay.nullable().describe("method of the next lookup, as planned now"),
			})
			.nullable()
			.describe("lookups of a room that is not connected; null while it needs none"),
		title: z.string().nullable(),
		anchor: z.object({ id: z.string(), nickname: z.string(), avatar: z.string() }).nullable(),
		host: z.string().nullable().describe("Douyin's server"),
		polling: z.boolean().describe("whether the room is polled, without a live connection"),
		node: z.string().nullable().describe("the cluster node that runs it; null without a cluster"),
		connections: z.array(connection).nullable().describe("its connections; null for a room with one connection"),
		compared: comparedAll.nullable().describe("what its connections receive together; null for one connection"),
		identity: z
			.enum(["anonymous", "logged_in", "expired"])
			.describe("without a login no gifts are received; expired: the cookie's login has expired, with the same effect"),
		identity_name: z.string().nullable().describe("the login that it uses; null: its own cookie and proxy"),
		login_expires_at: time("time at which the login expires or expired"),
		login_warning: z.string().nullable().describe("for people: the login has expired, or will soon"),
		frames: count,
		messages: count,
		decode_errors: count,
		bounded_messages: count.describe(
			"messages with more content than any real one; their events list the fields in `bounded`",
		),
		duplicates: count,
		reconnects: z.partialRecord(z.enum(failureReasons), count).describe("reconnects by reason"),
		gaps: count.describe("number of `gap` events in the log, where messages are or may be missing"),
		gap_ms: z.number().min(0).describe("total Douyin time covered by these gaps"),
		evidence: z.array(z.string()).describe("the evidence for the health, in words for people"),
		quiet_kinds: z.array(z.string()).describe("types of events that stopped arriving while others continue"),
		heartbeat_ms: z.number().nullable().describe("response time of the last heartbeat; null if unanswered"),
		ping_ms: z.number().nullable().describe("response time of the last ping"),
		quality: roomQuality.describe("0 to 100, over 5 minutes, an hour and a day"),
		last_hour: z
			.array(z.enum(hourTones))
			.describe(
				"how each 2 minutes of the last hour went, oldest first; none: the room was not to be connected; lost: it was for less than half; partly: with a cut, a gap or a silence",
			),
		messages_per_minute: z
			.array(count)
			.describe(
				"messages stored in each of the last 60 whole minutes, oldest first; none from before the service started",
			),
		messages_last_minute: count.describe("messages stored in the last 60 seconds, about"),
		viewers: count.nullable().describe("viewers as last reported by Douyin; null before that"),
		diamonds: count.describe("gifts received in this broadcast, in diamonds"),
		gift_coverage: roomGiftCoverage.describe("how many of the broadcast's gifts are received"),
		official: official.nullable().describe("state of the open platform's push; null: the room has no app"),
	})
	.meta({ id: "Room" });

/** Response about one room. */
export const roomReply = z.object({ success: z.literal(true), room });

/** A {@link LiveRoomStatus} in wire form: snake_case, `null` for unknown values, times in ms. */
export type WireStatus = z.infer<typeof room>;

export function toWireReason(
	{ code, message, decision }: RoomStatus["reason"],
	language: Language,
): z.infer<typeof reason> {
	return {
		code,
		message: message[language],
		decision: decision?.[language] ?? null,
		help: (isFailure(code) ? failureHelp[code] : reasonHelp[code as keyof typeof reasonHelp])?.[language] ?? null,
	};
}

type WireConnection = z.infer<typeof connection>;

function toWireConnection(
	connection: RoomConnectionStatus,
	{ compared: all }: LiveRoomStatus,
	ofGifts: number | null,
	language: Language,
): WireConnection {
	const { kind, state, synced, host, identity, reason, compared } = connection;
	return {
		kind,
		state,
		synced,
		host: host ?? null,
		identity,
		reason: reason ? { code: reason.code, message: reason.message[language] } : null,
		next_attempt_at: connection.nextAttemptAt ?? null,
		failures: connection.failures,
		messages: connection.messages,
		missed: connection.missed,
		compared: compared && all ? toWireCompared(compared, all, ofGifts) : null,
	};
}

/** @param language language of the words for people */
export function toWireStatus(status: LiveRoomStatus, language: Language): WireStatus {
	const { anchor, compared, watch } = status;
	const giftCoverage = toWireRoomCoverage(status, language);
	const { share: ofGifts } = giftCoverage;
	const trouble = troubleOf(status, areGiftsWithheld(giftCoverage));
	const connections = status.connections?.map((one) => toWireConnection(one, status, ofGifts, language)) ?? null;
	return {
		live_id: status.liveId,
		state: status.state,
		health: status.health ?? null,
		urgency: urgencyOf(status, trouble),
		trouble: trouble ?? null,
		reason: toWireReason(status.reason, language),
		since: status.since,
		unstored_since: status.unstoredSince ?? null,
		pinned: status.pinned,
		priority: status.priority,
		queue: status.queue ? { position: status.queue.position, why: status.queue.why[language] } : null,
		reconnect_count: status.reconnectCount,
		next_attempt_at: status.nextAttemptAt ?? null,
		last_message_at: status.lastMessageAt ?? null,
		last_sign_at: status.lastSignAt ?? null,
		connected_at: status.connectedAt ?? null,
		room_id: status.roomId ?? null,
		kind: status.kind ?? "video",
		watch: watch
			? {
					last_at: watch.lastAt ?? null,
					last_way: watch.lastWay ?? null,
					next_at: watch.nextAt ?? null,
					next_way: watch.nextWay ?? null,
				}
			: null,
		title: status.title ?? null,
		anchor: anchor ? { id: anchor.id, nickname: anchor.nickname, avatar: anchor.avatar } : null,
		host: status.host ?? null,
		polling: status.polling ?? false,
		node: status.node ?? null,
		connections,
		compared: compared ? toWireComparedAll(compared, ofGifts) : null,
		identity: status.identity,
		identity_name: status.identityName ?? null,
		login_expires_at: status.loginExpiresAt ?? null,
		login_warning: status.loginWarning?.[language] ?? null,
		frames: status.frames,
		messages: status.messages,
		decode_errors: status.decodeErrors,
		bounded_messages: status.boundedMessages,
		duplicates: status.duplicates,
		reconnects: status.reconnects,
		gaps: status.gaps,
		gap_ms: status.gapMs,
		evidence: status.evidence.map((text) => text[language]),
		quiet_kinds: status.quietKinds,
		heartbeat_ms: status.latency.heartbeatMs ?? null,
		ping_ms: status.latency.pingMs ?? null,
		quality: toWireRoomQuality(status.quality),
		last_hour: status.lastHour,
		messages_per_minute: status.activity.perMinute,
		messages_last_minute: status.activity.lastMinute,
		viewers: status.activity.viewers ?? null,
		diamonds: status.activity.diamonds,
		gift_coverage: giftCoverage,
		official: status.official ? toWireOfficial(status.official, language) : null,
	};
}

/**
 * Whether the value is a status that can be shown in each language; checked for values from other nodes of a cluster.
 */
export function isShowable(status: unknown): status is LiveRoomStatus {
	try {
		return languages.every((language) => room.safeParse(toWireStatus(status as LiveRoomStatus, language)).success);
	} catch {
		return false;
	}
}
