import { createCipheriv, createDecipheriv, createHash, randomBytes, scryptSync } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { LivekeeperError } from "@livekeeper/base/errors";
import { inMemory } from "../data-folder.ts";
import { storageTexts } from "../text/index.ts";

const keyFile = "secret.key";
const version = 1;
const nonceBytes = 12;
const tagBytes = 16;

/** Seals small texts with AES-256-GCM. The layout is version (1 byte), nonce (12), tag (16), text. */
export class SecretBox {
	readonly #key: Buffer;

	constructor(key: Buffer) {
		this.#key = key;
	}

	/** @param context owner of the text; it opens only under the same context */
	seal(text: string, context: string): Buffer {
		const nonce = randomBytes(nonceBytes);
		const cipher = createCipheriv("aes-256-gcm", this.#key, nonce).setAAD(Buffer.from(context));
		const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
		return Buffer.concat([Buffer.of(version), nonce, cipher.getAuthTag(), sealed]);
	}

	/** @returns `undefined` if it was sealed with another key or context, or is damaged */
	open(box: Uint8Array, context: string): string | undefined {
		if (box[0] !== version || box.length < 1 + nonceBytes + tagBytes) return undefined;
		const nonce = box.subarray(1, 1 + nonceBytes);
		const tag = box.subarray(1 + nonceBytes, 1 + nonceBytes + tagBytes);
		const decipher = createDecipheriv("aes-256-gcm", this.#key, nonce, { authTagLength: tagBytes });
		decipher.setAAD(Buffer.from(context)).setAuthTag(tag);
		try {
			const text = decipher.update(box.subarray(1 + nonceBytes + tagBytes));
			return Buffer.concat([text, decipher.final()]).toString("utf8");
		} catch {
			return undefined;
		}
	}
}

/** Seals what is kept in memory, and ends with the process like that. */
const keyInMemory = randomBytes(32);

/**
 * Opens the box of a data folder. Its key is derived from the user's own secret if there is one; otherwise it is in
 * `secret.key` in the folder, created on first use and readable by its owner only, or in memory.
 * @throws LivekeeperError `secret_unusable` if the file is not a key, `storage_unwritable` if it cannot be created
 */
export function openSecretBox(dataDir: string, secret?: string): SecretBox {
	// The salt is fixed, so the same secret opens the same folder again; it makes other programs' tables useless.
	if (secret !== undefined) return new SecretBox(scryptSync(secret, "livekeeper event log", 32));
	if (dataDir === inMemory) return new SecretBox(keyInMemory);
	const path = join(dataDir, keyFile);
	const text = readKey(path) ?? makeKey(path);
	const key = Buffer.from(text, "base64");
	if (key.length !== 32) throw new LivekeeperError("secret_unusable", storageTexts.notAKey(path));
	return new SecretBox(key);
}

/** A data folder's own key file, with a check value by which a user can verify that it is the right one. */
export interface KeyFile {
	path: string;
	/** Hash of its content. */
	check: string;
}

/** @returns `undefined` if the key is the user's own secret, or in memory */
export function keyFileOf(dataDir: string, secret?: string): KeyFile | undefined {
	const path = resolve(dataDir, keyFile);
	const key = secret === undefined ? readKey(path) : undefined;
	return key === undefined ? undefined : { path, check: checkOf(key) };
}

/** @param key content of a key file */
export function checkOf(key: string): string {
	return createHash("sha256").update(`livekeeper key check ${key.trim()}`).digest("hex");
}

function readKey(path: string): string | undefined {
	try {
		return readFileSync(path, "utf8");
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
		throw new LivekeeperError("storage_unwritable", storageTexts.unreadable(path), { cause: error });
	}
}

function makeKey(path: string): string {
	const key = randomBytes(32).toString("base64");
	try {
		writeFileSync(path, `${key}\n`, { mode: 0o600, flag: "wx", flush: true });
	} catch (error) {
		throw new LivekeeperError("storage_unwritable", storageTexts.unwritable(path), { cause: error });
	}
	return key;
}
