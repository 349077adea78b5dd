import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type ArchiveFile, versionFiles } from "../../packages/livekeeper/src/updates/archives.helpers.ts";
import { version } from "../../packages/livekeeper/src/version.ts";

const repository = fileURLToPath(new URL("../..", import.meta.url));

/** Version of the archives that tests update to. */
export const next = "99.0.0";

/**
 * Returns an archive's files: a Node and the built program under the name of a version. Its libraries are those that
 * `linkLibraries` puts into a folder above.
 */
export function filesOf(named: string, node: ArchiveFile, platform: NodeJS.Platform = "linux"): ArchiveFile[] {
	const from = join(repository, "packages/livekeeper");
	const own = [
		"package.json",
		"bin/livekeeper.js",
		...readdirSync(join(from, "dist/bundle")).map((name) => `dist/bundle/${name}`),
	];
	const program = own.map((name) => {
		const text = readFileSync(join(from, name), "utf8").replaceAll(`"${version}"`, `"${named}"`);
		return { path: `app/node_modules/livekeeper/${name}`, content: Buffer.from(text), mode: 0o644 };
	});
	return versionFiles(named, [node, ...program], platform);
}

/** Links the repository's libraries into a folder, where the programs below find them. */
export function linkLibraries(folder: string): void {
	symlinkSync(join(repository, "node_modules"), join(folder, "node_modules"));
}

/** Returns a private key, and its public key as `livekeeper update --key` takes it. */
export function signer(): { key: KeyObject; publicKey: string } {
	const { publicKey, privateKey } = generateKeyPairSync("ed25519");
	const der = publicKey.export({ format: "der", type: "spki" });
	return { key: privateKey, publicKey: der.subarray(12).toString("base64") };
}

interface Stored {
	seq: number;
	id: string;
	type: string;
}

/** Requests to a service that may be down or restarting: `undefined` is its answer then. */
export class ServiceProbe {
	readonly url: string;

	constructor(port: number) {
		this.url = `http://127.0.0.1:${port}`;
	}

	async ask<Reply>(path: string, init?: RequestInit): Promise<Reply | undefined> {
		const response = await fetch(`${this.url}${path}`, init).catch(() => undefined);
		return response?.ok ? ((await response.json()) as Reply) : undefined;
	}

	isReady(): Promise<unknown> {
		return this.ask("/health/ready");
	}

	async startRoom(liveId: string): Promise<void> {
		const body = JSON.stringify({ live_id: liveId });
		await this.ask("/api/live/start", { method: "POST", headers: { "content-type": "application/json" }, body });
	}

	async version(): Promise<string | undefined> {
		return (await this.ask<{ update: { version: string } }>("/api/v1/update"))?.update.version;
	}

	/** Returns the stored chat messages of room 1001. */
	async chats(): Promise<Stored[]> {
		return (await this.ask<{ events: Stored[] }>("/api/v1/rooms/1001/events?types=chat&limit=1000"))?.events ?? [];
	}
}
