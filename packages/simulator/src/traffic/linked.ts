import {
	encodeAnchorLinkmicSilenceMessage,
	encodeLinkMessage,
	encodeLinkmicPlayModeUpdateScoreMessage,
	encodeProfitInteractionScoreMessage,
	encodeResidentGuestMessage,
	type LinkedUserInit,
	type LinkMessageInit,
	type UserInit,
} from "@livekeeper/douyin/wire";
import type { Draft, Scene } from "./scene.ts";

/** Maximum number of guests on the seats beside the anchor, who join, are muted and leave. */
const maxGuests = 5;

interface Guest {
	user: UserInit;
	position: number;
	muted: boolean;
	points: number;
}

/** Users linked to one broadcast, and their points. */
export class Linked {
	readonly #guests: Guest[] = [];

	/** Makes the next message about them. */
	next(scene: Scene): Draft {
		const { random } = scene;
		const guests = this.#guests;
		const guest = guests[random.int(Math.max(1, guests.length))];
		if (!guest || (guests.length < maxGuests && random.chance(0.3))) return this.#enter(scene);
		if (random.chance(0.2)) return this.#leave(scene, guest);
		return random.pick([
			() => this.#list(scene),
			() => this.#mute(scene, guest),
			() => this.#score(scene),
			() => this.#score(scene),
			() => this.#add(scene, guest),
			() => residentGuests(scene),
		])();
	}

	#enter(scene: Scene): Draft {
		const taken = new Set(this.#guests.map(({ position }) => position));
		const position = [1, 2, 3, 4, 5].find((one) => !taken.has(one)) ?? 1;
		const user = scene.viewer();
		this.#guests.push({ user, position, muted: false, points: 0 });
		return link(scene, 2, { enterContent: { linkedUsers: this.#seats(scene), userId: user.id } });
	}

	#leave(scene: Scene, guest: Guest): Draft {
		this.#guests.splice(this.#guests.indexOf(guest), 1);
		return link(scene, 3, { leaveContent: { userId: guest.user.id, linkedUsers: this.#seats(scene) } });
	}

	#list(scene: Scene): Draft {
		return link(scene, 6, { linkedListChangeContent: { linkedUsers: this.#seats(scene) } });
	}

	#mute(scene: Scene, guest: Guest): Draft {
		guest.muted = !guest.muted;
		const method = "WebcastAnchorLinkmicSilenceMessage";
		const payload = encodeAnchorLinkmicSilenceMessage({
			common: scene.common(method),
			silenceAction: guest.muted ? 1 : 2,
			fromUserId: scene.anchor.id,
			toUserId: guest.user.id,
		});
		return { method, payload };
	}

	#score(scene: Scene): Draft {
		const method = "WebcastProfitInteractionScoreMessage";
		const anchorInfos = this.#guests.map(({ user, points }) => ({ key: user.id, value: { score: String(points) } }));
		const payload = encodeProfitInteractionScoreMessage({
			common: scene.common(method),
			anchorInfos,
			channelId: scene.roomId,
		});
		return { method, payload };
	}

	#add(scene: Scene, guest: Guest): Draft {
		const hotScore = scene.random.between(1, 30);
		guest.points += hotScore;
		const method = "WebcastLinkmicPlayModeUpdateScoreMessage";
		const payload = encodeLinkmicPlayModeUpdateScoreMessage({
			common: scene.common(method),
			toUserId: guest.user.id,
			hotScore,
			idempotentId: `sim-${scene.id}`,
			fromUser: scene.viewer(),
			toUser: guest.user,
		});
		return { method, payload };
	}

	#seats(scene: Scene): LinkedUserInit[] {
		const anchor: LinkedUserInit = {
			user: scene.anchor.user,
			linkType: 1,
			content: { linkmicContent: { hostName: "主持" } },
		};
		const guests = this.#guests.map(({ user, position: userPosition, muted }) => ({
			user,
			linkType: 2,
			userPosition,
			silenceStatus: muted ? 1 : 0,
		}));
		return [anchor, ...guests];
	}
}

function link(scene: Scene, messageType: number, content: LinkMessageInit): Draft {
	const method = "WebcastLinkMessage";
	const about = { messageType, linkerId: scene.roomId, scene: 7 };
	return { method, payload: encodeLinkMessage({ common: scene.common(method), ...about, ...content }) };
}

function residentGuests(scene: Scene): Draft {
	const method = "WebcastResidentGuestMessage";
	const payload = encodeResidentGuestMessage({
		common: { method, msgId: scene.id, roomId: scene.roomId, createTime: scene.now },
		msgType: 2,
		guestAllowContent: { allow: scene.random.chance(0.5) },
	});
	return { method, payload };
}
