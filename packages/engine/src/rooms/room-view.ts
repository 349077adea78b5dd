import { sentence, type Text } from "@livekeeper/base/text";
import { wallTime } from "@livekeeper/douyin";
import { findingText, type Said, saidText } from "../text/index.ts";
import type { Wait } from "./gate.ts";
import type { ConnectionReason, RoomConnectionStatus } from "./room-route.ts";
import type { RoomRunner } from "./room-runner.ts";
import { isConnected, isPolled, type Link, type Reason, roomIdOf } from "./room-state.ts";
import type { RoomStatus, StatusReason } from "./room-status.ts";

/** Returns a room's public status, computed from its state, in words for people. */
export function statusOf(room: RoomRunner): RoomStatus {
	const { state, route, stream, vitals } = room;
	const { clock } = room.deps;
	const { connection, trouble, quietKinds } = vitals;
	const shown = (at: number | undefined) => (at === undefined ? undefined : wallTime(clock, at));
	const connected = state.phase === "connected";
	const connections = rowsOf(room);
	const compared = connections && stream.comparison.all(room.elapsed());
	const duplicates = stream.counts.duplicates + stream.sequencer.duplicates;
	return {
		liveId: room.liveId,
		state: state.phase,
		evidence: connected ? evidenceOf(room) : [],
		quietKinds: connected ? quietKinds : [],
		quality: vitals.quality.quality(),
		lastHour: vitals.quality.lastHour(),
		latency: connection.roundTrips.latency,
		reason: connected && trouble ? { code: "storage", message: trouble.message } : inWords(state.reason),
		since: wallTime(clock, state.since),
		identity: route.identity,
		kind: state.kind ?? "video",
		...stream.counts,
		messages: stream.counts.messages + duplicates,
		duplicates,
		reconnectCount: state.reconnectCount,
		reconnects: { ...state.reconnects },
		...known({
			health: connected ? (trouble && vitals.health !== "silent" ? "degraded" : vitals.health) : undefined,
			unstoredSince: trouble?.since,
			nextAttemptAt: shown(nextAttemptAt(room)),
			lastMessageAt: shown(connection.lastMessageAt),
			lastSignAt: shown(connection.lastSignAt),
			connectedAt: connected ? vitals.connectedAt : undefined,
			roomId: roomIdOf(state) || undefined,
			title: state.title,
			cover: state.cover,
			anchor: state.anchor,
			host: connected ? state.links.find(({ phase }) => phase === "connected")?.host : undefined,
			connections,
			compared: compared && { ...compared, since: wallTime(clock, compared.since) },
			polling: (connected && isPolled(state)) || undefined,
			loginExpiresAt: route.login?.expiresAt,
			loginId: route.loginId,
		}),
	};
}

export function reasonText({ said }: Pick<Reason, "said">): Text {
	return saidText(said);
}

function inWords({ code, said, decision }: Reason): StatusReason {
	return { code, message: saidText(said), ...(decision && { decision: sentence(saidText(decision)) }) };
}

/** Returns the time of the next attempt; for an attempt that the gate holds back, by the gate's current state. */
function nextAttemptAt(room: RoomRunner): number | undefined {
	const { phase, links, nextAttemptAt: planned } = room.state;
	if (phase === "connected" || phase === "queued" || phase === "connecting") return planned;
	const held = links.flatMap((link) => untilOf(waitOf(room, link)) ?? link.lookWait?.until ?? []);
	// The end of a running look-up is unknown.
	const isUnderWay = links.some(({ phase: one }) => one === "looking") && (planned ?? 0) <= room.elapsed();
	if (held.every((until) => until <= room.elapsed())) return isUnderWay ? undefined : planned;
	const waiting = links.flatMap((link) => (link.phase === "waiting" ? link.until : []));
	return Math.max(room.elapsed(), Math.min(...held, ...waiting));
}

function untilOf(wait: Wait | undefined): number | undefined {
	return wait && "until" in wait ? wait.until : undefined;
}

/** Returns the reason why a link's request waits in the gate. */
function waitOf(room: RoomRunner, link: Link): Wait | undefined {
	return link.phase === "queued" ? (room.waitOf(link) ?? link.wait) : undefined;
}

/** Returns the connections if there is more than one socket. */
function rowsOf(room: RoomRunner): RoomConnectionStatus[] | undefined {
	const shown = room.state.links.filter(({ transport, phase }) => transport === "socket" || phase !== "idle");
	return shown.length > 1 ? shown.map((link) => rowOf(room, link)) : undefined;
}

function rowOf(room: RoomRunner, link: Link): RoomConnectionStatus {
	const { stream } = room;
	const { transport, source, phase, host, failures } = link;
	const now = room.elapsed();
	const wait = waitOf(room, link);
	const isOn = phase === "connected";
	const state = rowStateOf(room, link, wait);
	const at = untilOf(wait) ?? link.lookWait?.until ?? link.until;
	const reason = reasonOf(link, state === "queued" || untilOf(wait) !== undefined ? wait : undefined);
	const compared = stream.comparison.of(source, now);
	return {
		kind: transport === "poll" ? "polling" : "socket",
		state,
		synced: isOn && stream.sequencer.isSynced(source),
		...(isOn && host !== undefined && { host }),
		identity: room.routeOf(link.on).upstream.identity,
		...(reason && !isOn && { reason }),
		...((state === "waiting" || state === "queued") && at > now && { nextAttemptAt: wallTime(room.deps.clock, at) }),
		failures,
		messages: room.tallyOf(source).messages,
		missed: stream.sequencer.missedBy(source),
		...(compared && { compared }),
	};
}

function rowStateOf({ state }: RoomRunner, link: Link, wait: Wait | undefined): RoomConnectionStatus["state"] {
	switch (link.phase) {
		case "idle":
		case "connected":
			return link.phase;
		case "waiting":
			return link.preempted ? "queued" : "waiting";
		case "queued":
			if (untilOf(wait) !== undefined) return "waiting";
			// Next to a connected link, its turn comes soon if it waits for nothing else.
			return wait?.for === "turn" && isConnected(state) ? "connecting" : "queued";
		case "looking":
			return link.lookWait ? "waiting" : "connecting";
		case "taking":
		case "connecting":
			return "connecting";
		default:
			return link.phase satisfies never;
	}
}

/** Returns the reason why a link is not connected. */
function reasonOf({ preempted, failure }: Link, wait: Wait | undefined): ConnectionReason | undefined {
	if (wait && "reason" in wait) return { code: wait.reason, message: sentence(saidText(wait.why)) };
	const said = (code: ConnectionReason["code"], words: Said) => ({ code, message: saidText(words) });
	if (wait) return said("no_free_slot", wait.why);
	if (preempted) return said("preempted", preempted);
	return failure && said(failure.reason, failure.said);
}

function evidenceOf(room: RoomRunner): Text[] {
	const { vitals, route } = room;
	const evidence = vitals.connection.evidence(room.elapsed(), route.identity).map(findingText);
	return vitals.trouble ? [vitals.trouble.message, ...evidence] : evidence;
}

/** Removes fields without a value. */
function known<Fields extends object>(fields: Fields): { [Name in keyof Fields]?: NonNullable<Fields[Name]> } {
	const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
	return Object.fromEntries(entries) as { [Name in keyof Fields]?: NonNullable<Fields[Name]> };
}
