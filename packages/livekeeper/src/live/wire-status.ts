import type { FailureReason } from "@livekeeper/douyin";
import type { ReconnectStatus, RoomConnectionStatus, RoomStatus } from "../connections/index.ts";
import { toWireOfficial, type WireOfficial } from "../official/index.ts";
import { failureHelp, isFailure, type Language } from "../text/index.ts";
import { toWireRoomCoverage, type WireRoomCoverage } from "./gift-coverage/index.ts";
import type { LiveRoomStatus } from "./room-host.ts";
import { isFailing, urgencyOf } from "./urgency.ts";
import { toWireCompared, toWireComparedAll, type WireCompared, type WireComparedAll } from "./wire-comparison.ts";
import { toWireRoomQuality, type WireRoomQuality } from "./wire-quality.ts";

/** Why a room is in its state. */
export interface WireReason {
	code: RoomStatus["reason"]["code"];
	message: string;
	/** What was decided about the next attempt, and why. */
	decision: string | null;
	/** What a failure of this class means and what can be done. */
	help: string | null;
}

/** One of a room's connections, where it has several, or none but polling. */
export interface WireConnection {
	kind: RoomConnectionStatus["kind"];
	state: RoomConnectionStatus["state"];
	synced: boolean;
	host: string | null;
	identity: RoomConnectionStatus["identity"];
	reason: { code: string; message: string } | null;
	next_attempt_at: number | null;
	failures: number;
	messages: number;
	missed: number;
	compared: WireCompared | null;
}

/** A {@link LiveRoomStatus} as it leaves the process: snake_case, `null` for what isn't known, times in ms. */
export interface WireStatus {
	live_id: string;
	state: RoomStatus["state"];
	health: NonNullable<RoomStatus["health"]> | null;
	urgency: number;
	failing: boolean;
	reason: WireReason;
	since: number;
	unstored_since: number | null;
	pinned: boolean;
	priority: RoomStatus["priority"];
	queue: { position: number; why: string } | null;
	reconnect_count: number;
	next_attempt_at: number | null;
	last_message_at: number | null;
	last_sign_at: number | null;
	connected_at: number | null;
	room_id: string | null;
	title: string | null;
	anchor: { id: string; nickname: string; avatar: string } | null;
	host: string | null;
	polling: boolean;
	/** The node of the cluster that keeps it. */
	node: string | null;
	connections: WireConnection[] | null;
	compared: WireComparedAll | null;
	identity: RoomStatus["identity"];
	identity_name: string | null;
	login_expires_at: number | null;
	login_warning: string | null;
	frames: number;
	messages: number;
	decode_errors: number;
	bounded_messages: number;
	duplicates: number;
	reconnects: RoomStatus["reconnects"];
	gaps: number;
	gap_ms: number;
	evidence: string[];
	quiet_kinds: string[];
	heartbeat_ms: number | null;
	ping_ms: number | null;
	quality: WireRoomQuality;
	messages_per_minute: readonly number[];
	messages_last_minute: number;
	viewers: number | null;
	diamonds: number;
	gift_coverage: WireRoomCoverage;
	/** `null` for a room without an app of the open platform. */
	official: WireOfficial | null;
}

export function toWireReason({ code, message, decision }: RoomStatus["reason"], language: Language): WireReason {
	return {
		code,
		message: message[language],
		decision: decision?.[language] ?? null,
		help: isFailure(code) ? failureHelp[code][language] : null,
	};
}

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
	const { anchor, compared } = status;
	const giftCoverage = toWireRoomCoverage(status, language);
	const { share: ofGifts } = giftCoverage;
	const connections = status.connections?.map((one) => toWireConnection(one, status, ofGifts, language)) ?? null;
	return {
		live_id: status.liveId,
		state: status.state,
		health: status.health ?? null,
		urgency: urgencyOf(status),
		failing: isFailing(status),
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
		messages_per_minute: status.activity.perMinute,
		messages_last_minute: status.activity.lastMinute,
		viewers: status.activity.viewers ?? null,
		diamonds: status.activity.diamonds,
		gift_coverage: giftCoverage,
		official: status.official ? toWireOfficial(status.official, language) : null,
	};
}

/** How reconnecting goes, as it leaves the process. */
export interface WireReconnect {
	strategy: ReconnectStatus["strategy"];
	outage: { since: number; reason: FailureReason; canary: string; waiting: number } | null;
	hosts: { host: string; success_rate: number; open: boolean }[];
}

export function toWireReconnect({ strategy, outage, hosts }: ReconnectStatus): WireReconnect {
	return {
		strategy,
		outage: outage ?? null,
		hosts: hosts.map(({ host, successRate, open }) => ({
			host,
			success_rate: Math.round(successRate * 1000) / 1000,
			open,
		})),
	};
}
