import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { Rig } from "./kit/rig.ts";
import { SocketIoReader, type WireMessage } from "./kit/socket-io-reader.ts";
import { until } from "./kit/until.ts";

/**
 * Recorded frames contain real people's chat, so they stay outside of the project; only fingerprints are stored here.
 */
const folder = fileURLToPath(new URL("../../shared/protocol/captures", import.meta.url));
const there = existsSync(folder);

/** By message id: type, and hash of user, content, level and fan club, as decoded by hand from the bytes. */
const fingerprints: Record<string, { type: string; sha256: string }> = {
	"7181859941539730490": { type: "chat", sha256: "f3dae3fcbeedfa096b342c96fcad6eb64a189f5490f4d48d99891e21f38bcdbc" },
	"7628381294750101258": { type: "member", sha256: "260202c65af4fea564d507f3d55e5fbf9f1a4db0c51b700858db23ef61bc935f" },
};

interface Person {
	nickname: string;
	level: number;
	fans_club?: { name: string; level: number };
}

function fingerprint({ user, content }: WireMessage): string {
	const { nickname, level, fans_club: club } = user as Person;
	const facts = [nickname, content ?? null, level, club?.name ?? null, club?.level ?? null];
	return createHash("sha256").update(JSON.stringify(facts)).digest("hex");
}

test.skipIf(!there)(
	`delivers recorded frames over Socket.IO exactly${there ? "" : " (skipped: no recordings here)"}`,
	async () => {
		// A recording is played once, so the reader joins before it starts.
		const rig = await Rig.start({ speed: 10, simulator: { replay: folder, rooms: 1, startTraffic: "manual" } });
		const reader = await SocketIoReader.open(rig.url, rig.liveIds);
		for (const room of rig.simulator.rooms) room.startTraffic();
		try {
			const ids = Object.keys(fingerprints);
			await until("both recordings have arrived", () =>
				ids.every((id) => reader.messages.some((message) => message.id === id)),
			);
			for (const [id, { type, sha256 }] of Object.entries(fingerprints)) {
				const message = reader.messages.find((candidate) => candidate.id === id);
				expect(message?.type).toBe(type);
				expect(message && fingerprint(message)).toBe(sha256);
			}
		} finally {
			reader.close();
			await rig.stop();
		}
	},
);
