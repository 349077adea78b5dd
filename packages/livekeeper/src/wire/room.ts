import { failureReasons } from "@livekeeper/douyin";
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
import { failureHelp, isFailure, type Language, languages, reasonHelp } from "../text/index.ts";
import { compared, comparedAll, toWireCompared, toWireComparedAll } from "./comparison.ts";
import { areGiftsWithheld, roomGiftCoverage, toWireRoomCoverage } from "./coverage.ts";
import { official, toWireOfficial } from "./official.ts";
import { roomQuality, toWireRoomQuality } from "./quality.ts";
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

/** Why a room is in its state. */
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
		synced: z.boolean().describe("whether it is proven to follow what the room has said: it could go on alone"),
		host: z.string().nullable(),
		identity: z.enum(["anonymous", "logged_in", "expired"]),
		reason: z.object({ code: z.string(), message: z.string() }).nullable().describe("why it isn't connected"),
		next_attempt_at: time("when its next attempt is due"),
		failures: count.describe("how often it was lost or could not be opened"),
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
		urgency: z.int().min(0).max(maxUrgency).describe("urgency: 0 is the worst, 12 needs no attention"),
		trouble: z
			.enum(roomTroubles)
			.nullable()
			.describe(
				"the worst that is wrong and should not be; `gifts`: gifts that were given do not come; null: nothing, as with an offline or quiet room",
			),
		reason: reason.describe("why the room is in its state"),
		since: z.number().describe("when the room entered its state, ms since the epoch"),
		unstored_since: time("since when what the room says can't be stored; null while it can"),
		pinned: z.boolean().describe("whether it connects before those that are not pinned when connections are scarce"),
		priority: roomPriority,
		queue: z
			.object({ position: z.int().min(1).describe("1 is served next"), why: z.string() })
			.nullable()
			.describe("its place among those that wait for a connection; null while it doesn't wait"),
		reconnect_count: count.describe("failed attempts since the last frame"),
		next_attempt_at: time("when the next attempt is due"),
		last_message_at: time("when the last message came"),
		last_sign_at: time("when the last sign of life of any kind came"),
		connected_at: time("when the socket opened"),
		room_id: z.string().nullable().describe("the broadcast"),
		kind: z.enum(["video", "voice"]).describe("voice: the anchor is heard and not seen"),
		watch: z
			.object({
				last_at: time("when the site last said something about the room"),
				last_way: lookupWay.nullable().describe("the way it was asked"),
				next_at: time("when the site is asked next, as planned now; null while it is"),
				next_way: lookupWay.nullable().describe("the way it is asked then, as planned now"),
			})
			.nullable()
			.describe("look-ups of a room that is not connected; null while it needs none"),
		title: z.string().nullable(),
		anchor: z.object({ id: z.string(), nickname: z.string(), avatar: z.string() }).nullable(),
		host: z.string().nullable().describe("the push host"),
		polling: z.boolean().describe("whether the room is read by polling, without a push socket"),
		node: z.string().nullable().describe("the node of the cluster that keeps it; null where the service is alone"),
		connections: z.array(connection).nullable().describe("its connections; null for a room with one socket"),
		compared: comparedAll.nullable().describe("what its connections bring together; null for one connection"),
		identity: z
			.enum(["anonymous", "logged_in", "expired"])
			.describe("anonymous sessions get no gifts; expired: the cookie is of a login that has ended, and so do they"),
		identity_name: z.string().nullable().describe("the identity that it uses; null: a cookie and a proxy of its own"),
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
		gaps: count.describe("number of `gap` events in the log: messages are missing there, or may be"),
		gap_ms: z.number().min(0).describe("upstream time that these gaps cover, in all"),
		evidence: z.array(z.string()).describe("what the health is judged by, in words for people"),
		quiet_kinds: z.array(z.string()).describe("types of events that alone have fallen silent"),
		heartbeat_ms: z
			.number()
			.nullable()
			.describe("how long the last heartbeat took to be answered; null when it is not"),
		ping_ms: z.number().nullable().describe("how long the last ping took to be answered"),
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
		viewers: count.nullable().describe("people watching, as the upstream last reported; null before it has"),
		diamonds: count.describe("gifts seen in this broadcast, in diamonds"),
		gift_coverage: roomGiftCoverage.describe("how many of the broadcast's gifts come"),
		official: official.nullable().describe("state of the open platform's push; null: the room has no app"),
	})
	.meta({ id: "Room" });

/** The answer about one room. */
export const roomReply = z.object({ success: z.literal(true), room });

/** A {@link LiveRoomStatus} as it leaves the process: snake_case, `null` for what isn't known, times in ms. */
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

/** @param language in which it speaks to people */
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

/** Whether it is a status that can be shown, in each language: asked of what another node of a cluster says. */
export function isShowable(status: unknown): status is LiveRoomStatus {
	try {
		return languages.every((language) => room.safeParse(toWireStatus(status as LiveRoomStatus, language)).success);
	} catch {
		return false;
	}
}
