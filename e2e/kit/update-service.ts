import { generateKeyPairSync, sign } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { builtInProfile } from "@livekeeper/douyin";

export interface UpdateService {
	/** Options of a service that asks it. */
	config: { updates: string; updates_key: string };
	close(): void;
}

/** Starts an update service that offers this version with notes, and a newer site profile. */
export async function startUpdateService(version: string): Promise<UpdateService> {
	const { publicKey, privateKey } = generateKeyPairSync("ed25519");
	const signed = JSON.stringify({
		version,
		date: "2027-01-02",
		notes: { en: "Faster lists.\nFewer notices.", zh: "列表更快。\n通知更少。" },
		profile: { ...builtInProfile, version: builtInProfile.version + 1, date: "2027-01-01" },
	});
	const signature = sign(null, Buffer.from(signed), privateKey).toString("base64");
	const server = createServer((_, response) => response.end(JSON.stringify({ signed, signature })));
	await once(server.listen(0, "127.0.0.1"), "listening");
	const { port } = server.address() as AddressInfo;
	const key = publicKey.export({ format: "der", type: "spki" }).subarray(12).toString("base64");
	return {
		config: { updates: `http://127.0.0.1:${port}/`, updates_key: key },
		close: () => void server.close(),
	};
}
