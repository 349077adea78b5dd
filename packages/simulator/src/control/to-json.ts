import type { Fault } from "../faults/fault-board.ts";
import type { IdentityInfo } from "../identities.ts";
import type { ConnectionInfo } from "../push/push-connection.ts";
import type { RoomLinks } from "../rooms/room-links.ts";
import type { RoomInfo, RoomTruth } from "../simulated-room.ts";
import type { AddressInfo } from "../site/site.ts";

/** Converts to snake_case, which the control API uses like every wire format of the project. */
export function roomJson(room: RoomInfo): Record<string, unknown> {
	return {
		live_id: room.liveId,
		room_id: room.roomId,
		status: room.status,
		page: room.page,
		escape_depth: room.escapeDepth,
		title: room.title,
		rate: room.rate,
		viewers: room.viewers,
		generated: room.generated,
		sent: room.sent,
		totals: room.totals,
		voice: room.voice,
		anchor_id: room.anchor.id,
		sec_uid: room.anchor.secUid,
	};
}

export function linksJson(links: RoomLinks): Record<string, unknown> {
	return {
		short: links.short,
		share_text: links.shareText,
		follow_live: links.followLive,
		root_live: links.rootLive,
		profile: links.profile,
		display_id: links.displayId,
	};
}

export function truthJson(truth: RoomTruth): Record<string, unknown> {
	return {
		room_id: truth.roomId,
		diamonds: truth.diamonds,
		gifts: truth.gifts,
		tickets: truth.tickets,
		contributors: truth.contributors.map(({ id, secUid, diamonds }) => ({ id, sec_uid: secUid, diamonds })),
		identities: truth.identities.map(({ identity, messages, giftMessages, diamonds }) => {
			return { identity, messages, gift_messages: giftMessages, diamonds };
		}),
	};
}

export function identityJson(info: IdentityInfo): Record<string, unknown> {
	const { riskControl: risk } = info;
	return {
		identity: info.identity,
		gifts: info.gifts,
		messages: info.messages,
		risk_control: risk ? { max_rooms: risk.maxRooms, every_ms: risk.everyMs, for_ms: risk.forMs } : null,
		under_risk_control_until: info.underRiskControlUntil ?? null,
		rooms: info.rooms,
	};
}

export function connectionJson(connection: ConnectionInfo): Record<string, unknown> {
	const { acks } = connection;
	return {
		id: connection.id,
		live_id: connection.liveId,
		room_id: connection.roomId,
		view: connection.view,
		identity: connection.identity,
		user_unique_id: connection.userUniqueId,
		user_agent: connection.userAgent,
		connected_at: connection.connectedAt,
		cursor: connection.cursor,
		resumed: connection.resumed,
		mute: connection.mute,
		frames: connection.frames,
		acks: {
			wanted: acks.requested,
			received: acks.received,
			unknown: acks.unknown,
			wrong_ext: acks.wrongExt,
			last_log_id: acks.lastLogId ?? null,
		},
		heartbeats: connection.heartbeats,
		last_heartbeat: connection.lastHeartbeatAt ?? null,
		pings: connection.pings,
		last_pong: connection.lastPongAt ?? null,
		bad_frames: connection.badFrames,
	};
}

export function addressJson({ address, calls }: AddressInfo): Record<string, unknown> {
	const entries = Object.entries(calls).map(([group, { asked, bans, bannedUntil, sign }]) => {
		return [group, { asked, bans, banned_until: bannedUntil ?? null, sign: sign ?? null }];
	});
	return { address, calls: Object.fromEntries(entries) };
}

export function faultJson(fault: Fault): Record<string, unknown> {
	return { id: fault.id, ...fault.spec, live_id: fault.liveId ?? null, struck: fault.struck };
}
