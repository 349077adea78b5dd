import { type ChildProcess, spawn } from "node:child_process";
import { createHash, type KeyObject } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { access, mkdir, mkdtemp, open, readdir, readFile, rm } from "node:fs/promises";
import { EOL, tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { LivekeeperError } from "@livekeeper/base/errors";
import { renameFile } from "@livekeeper/base/rename-file";
import { type Text, verbatim } from "@livekeeper/base/text";
import type { Clock } from "@livekeeper/douyin";
import { publishedAddress } from "@livekeeper/log/data-folder";
import { updateTexts } from "../text/index.ts";
import { isSigned, versionPattern } from "./manifest.ts";

/** Exit code at which `livekeeper.cmd` starts again. */
const restartCode = 75;

/** File beside the starter that names the folder of the version to start; without it the starter takes `app`. */
const pointerFile = "current.txt";

/** Name of Node's program in the folder of a version. */
const nodeIn = (platform: NodeJS.Platform) => (platform === "win32" ? "node.exe" : "node");

/** Interval at which the file is read, ms. */
const readEveryMs = 2_000;

interface StarterWatch {
	/** Path of the starter. */
	starter: string;
	clock: Clock;
	platform: NodeJS.Platform;
	/** Called once, when the file names another folder than at the beginning, and a version is there. */
	onChange: (folder: string) => void;
}

/** Watches which version the starter would start. Resolves once it watches. @returns a function that ends it */
export async function watchStarter({ starter, clock, platform, onChange }: StarterWatch): Promise<() => void> {
	const root = dirname(starter);
	const named = () =>
		readFile(join(root, pointerFile), "utf8").then(
			(text) => text.trim(),
			() => "",
		);
	const isThere = (path: string) =>
		access(path).then(
			() => true,
			() => false,
		);
	const before = await named();
	let isOver = false;
	const timer = clock.every(readEveryMs, async () => {
		const folder = await named();
		if (folder === before || !/^app[\w.-]*$/.test(folder)) return;
		const isWhole = (await isThere(join(root, folder, nodeIn(platform)))) && (await isThere(starter));
		if (!isWhole || isOver) return;
		end();
		onChange(folder);
	});
	const end = () => {
		isOver = true;
		timer.cancel();
	};
	return end;
}

/**
 * Replaces this process by the starter, with the same arguments, so that the installed version starts. It has the
 * same process id and terminal; Windows has no equivalent, so `livekeeper.cmd` waits and starts it there.
 * @param environment variables that the new one has in addition
 */
export function startAgain(starter: string, environment: NodeJS.ProcessEnv): never {
	if (process.platform === "win32" || !process.execve) process.exit(restartCode);
	return process.execve(starter, [starter, ...process.argv.slice(2)], { ...process.env, ...environment });
}

/** Maximum time for a new version to be ready, ms. */
const readyWithinMs = 60_000;
const lookEveryMs = 250;
/** Maximum time for a running service to begin its restart, ms. */
const restartsWithinMs = 15_000;
const maxDownloadBytes = 500_000_000;

/** An unpacked archive: starters, and beside them a folder for each version. */
interface Installation {
	/** Folder with the starters. */
	readonly root: string;
	/** Name of the folder of the version that runs. */
	readonly app: string;
	/** Name of Node's program in it. */
	readonly node: string;
}

/**
 * Finds the installation of a program.
 * @param program path of `livekeeper.js`: `<root>/<app>/node_modules/livekeeper/bin/livekeeper.js`
 * @throws LivekeeperError `update_failed` for any other installation, such as npm's
 */
export async function installationOf(program: string, platform: NodeJS.Platform): Promise<Installation> {
	const app = resolve(dirname(program), "../../..");
	const root = dirname(app);
	const [node, starter] = [nodeIn(platform), platform === "win32" ? "livekeeper.cmd" : "livekeeper"];
	if (!(await exists(join(app, node))) || !(await exists(join(root, starter)))) {
		throw new LivekeeperError("update_failed", updateTexts.noArchive);
	}
	return { root, app: basename(app), node };
}

interface UpdateOptions {
	installation: Installation;
	/** Path or URL of an archive. `SHA256SUMS` lies beside it, with a key also `SHA256SUMS.sig`. */
	from: string;
	/** Public key to verify the checksums' signature with; `undefined`: only the checksums are verified. */
	key: KeyObject | undefined;
	clock: Clock;
	/** Called when a step begins. */
	onStep: (step: Text) => void;
	/** Called once the new version was ready, before anything changes; keeps the previous version if it throws. */
	beforeChange: () => Promise<void>;
	/** Version that runs now. */
	version: string;
}

/**
 * Installs the version of an archive beside the current one: verifies and unpacks it, starts it with an empty data
 * folder, and points the starters to it once it was ready. Until that last step, which renames one small file, they
 * start the previous version, which is never changed.
 * @returns the new version
 * @throws LivekeeperError `update_failed`: the previous version stays in use
 */
export async function update(options: UpdateOptions): Promise<string> {
	const { installation, from, key, clock, onStep, version } = options;
	const { root } = installation;
	const work = join(root, ".update");
	await rm(work, { recursive: true, force: true, maxRetries: 5 });
	await mkdir(work, { recursive: true });
	try {
		onStep(updateTexts.fetching);
		const archive = await obtain(from, work);
		onStep(updateTexts.verifying);
		await verify(archive, from, key);
		onStep(updateTexts.unpacking);
		const fresh = join(work, "app");
		await mkdir(fresh);
		const { unpackApp } = await import("./archive.ts");
		await unpackApp(archive, fresh);
		const found = await versionIn(fresh, installation.node);
		if (found === version) throw failed(updateTexts.sameVersion(found));
		onStep(updateTexts.trying(found));
		const problem = await tryOut(fresh, installation.node, clock);
		if (problem) throw failed(updateTexts.notReady(found, problem));
		await options.beforeChange();
		const folder = `app-${found}`;
		await rm(join(root, folder), { recursive: true, force: true, maxRetries: 5 });
		renameFile(fresh, join(root, folder));
		await pointStarters(root, folder);
		await removeOthers(root, [folder, installation.app, "app"]);
		return found;
	} catch (error) {
		if (error instanceof LivekeeperError) throw error;
		throw failed(verbatim(error instanceof Error ? error.message : String(error)), error);
	} finally {
		await rm(work, { recursive: true, force: true, maxRetries: 5 }).catch(() => undefined);
	}
}

function failed(why: Text, cause?: unknown): LivekeeperError {
	return new LivekeeperError("update_failed", updateTexts.failed(why), { cause });
}

const isUrl = (from: string) => /^https?:\/\//.test(from);

/** Returns the path of the archive, which is fetched if it is a URL. */
async function obtain(from: string, work: string): Promise<string> {
	if (!isUrl(from)) return resolve(from);
	const path = join(work, basename(new URL(from).pathname));
	let left = maxDownloadBytes;
	const bounded = async function* (chunks: AsyncIterable<Uint8Array>) {
		for await (const chunk of chunks) {
			left -= chunk.length;
			if (left < 0) throw new Error(`more than ${maxDownloadBytes} bytes`);
			yield chunk;
		}
	};
	const { body } = await requested(from);
	await pipeline(Readable.from(bounded(body ?? Readable.from([]))), createWriteStream(path));
	return path;
}

async function requested(url: string): Promise<Response> {
	const answer = await fetch(url, { headers: { "user-agent": "livekeeper" } });
	if (!answer.ok) throw failed(updateTexts.unreachable(verbatim(`${url}: HTTP ${answer.status}`)));
	return answer;
}

/** Reads a file that lies beside the archive. */
async function beside(from: string, name: string): Promise<Buffer> {
	if (isUrl(from)) return Buffer.from(await (await requested(new URL(name, from).href)).arrayBuffer());
	return readFile(join(dirname(resolve(from)), name)).catch((cause: unknown) => {
		throw failed(updateTexts.missing(name), cause);
	});
}

async function verify(archive: string, from: string, key: KeyObject | undefined): Promise<void> {
	const sums = await beside(from, "SHA256SUMS");
	if (key) {
		const signature = (await beside(from, "SHA256SUMS.sig")).toString().trim();
		if (!isSigned(sums, signature, key)) throw failed(updateTexts.wrongSignature);
	}
	const name = isUrl(from) ? basename(new URL(from).pathname) : basename(from);
	const lines = sums.toString().split("\n");
	const expected = lines.map((line) => line.split(/ [ *]/)).find(([, file]) => file?.trim() === name)?.[0];
	const hash = createHash("sha256");
	await pipeline(createReadStream(archive), hash);
	if (expected !== hash.digest("hex")) throw failed(updateTexts.wrongChecksum(name));
}

/** Returns the version of an unpacked program, which must be whole. */
async function versionIn(app: string, node: string): Promise<string> {
	const manifest = await readFile(join(app, "node_modules/livekeeper/package.json"), "utf8").catch(() => "{}");
	const { version } = JSON.parse(manifest) as { version?: unknown };
	const isWhole = (await exists(join(app, node))) && (await exists(programIn(app)));
	if (typeof version !== "string" || !versionPattern.test(version) || !isWhole) throw failed(updateTexts.notWhole);
	return version;
}

const exists = (path: string) =>
	access(path).then(
		() => true,
		() => false,
	);

const programIn = (app: string) => join(app, "node_modules/livekeeper/bin/livekeeper.js");

/** Returns the environment without options of livekeeper, which would have it join a cluster or use a cookie. */
function plainEnvironment(): NodeJS.ProcessEnv {
	return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("LIVEKEEPER_")));
}

/** Starts a version with an empty data folder. @returns why it did not get ready; `undefined` if it did */
async function tryOut(app: string, node: string, clock: Clock): Promise<Text | undefined> {
	const home = await mkdtemp(join(tmpdir(), "livekeeper-update-"));
	const dataDir = join(home, "data");
	const args = [programIn(app), "serve", "--port", "0", "--data-dir", dataDir, "--log-format", "json"];
	const child = spawn(join(app, node), args, {
		cwd: home,
		env: { ...plainEnvironment(), LIVEKEEPER_HOME: home },
		stdio: ["ignore", "ignore", "pipe"],
		windowsHide: true,
	});
	try {
		return await readiness(child, dataDir, clock);
	} finally {
		const ended = new Promise((done) => child.once("close", done));
		if (child.exitCode === null && child.pid !== undefined && child.signalCode === null) {
			child.kill("SIGKILL");
			await ended;
		}
		await rm(home, { recursive: true, force: true, maxRetries: 5 }).catch(() => undefined);
	}
}

function readiness(child: ChildProcess, dataDir: string, clock: Clock): Promise<Text | undefined> {
	let said = "";
	child.stderr?.on("data", (chunk: Buffer) => {
		said = `${said}${chunk}`.slice(-500);
	});
	return new Promise((resolve) => {
		const end = (problem: Text | undefined) => {
			timer.cancel();
			looks.cancel();
			resolve(problem);
		};
		const timer = clock.after(readyWithinMs, () => end(updateTexts.silent(readyWithinMs / 1000)));
		const looks = clock.every(lookEveryMs, () => {
			void isReady(dataDir).then((ready) => ready && end(undefined));
		});
		child.once("error", (error) => end(verbatim(error.message)));
		child.once("close", (code) => end(updateTexts.ended(String(code), verbatim(said.trim().split("\n").at(-1) ?? ""))));
	});
}

async function isReady(dataDir: string): Promise<boolean> {
	const url = await publishedAddress(dataDir);
	if (url === undefined) return false;
	const answer = await fetch(`${url}/health/ready`).catch(() => undefined);
	return answer?.ok ?? false;
}

/**
 * Points the starters to another folder: writes a new pointer beside the old one, and renames it. A service that a
 * starter has started restarts into it within seconds.
 */
export async function pointStarters(root: string, folder: string): Promise<void> {
	const path = join(root, pointerFile);
	const file = await open(`${path}.new`, "w", 0o644);
	try {
		await file.writeFile(`${folder}${EOL}`);
		await file.sync();
	} finally {
		await file.close();
	}
	renameFile(`${path}.new`, path);
}

interface RestartWait {
	/** Version that was installed, and the one that ran until then. */
	version: string;
	before: string;
	clock: Clock;
	/** Returns the version of the service if it is ready, otherwise `undefined`. */
	versionNow: () => Promise<string | undefined>;
}

/**
 * Waits until the running service is ready in its new version.
 * @returns `stays` if it does not restart, because no starter of this installation has started it
 * @throws LivekeeperError `update_failed` if it is not ready in time
 */
export async function untilRestarted({
	version,
	before,
	clock,
	versionNow,
}: RestartWait): Promise<"restarted" | "stays"> {
	const since = clock.elapsed();
	for (;;) {
		const now = await versionNow();
		if (now === version) return "restarted";
		const waited = clock.elapsed() - since;
		if (now === before && waited >= restartsWithinMs) return "stays";
		if (waited >= readyWithinMs) {
			throw new LivekeeperError(
				"update_failed",
				updateTexts.notReadyHere(verbatim(version), verbatim(before), readyWithinMs / 1000),
			);
		}
		await new Promise<void>((resolve) => void clock.after(lookEveryMs, resolve));
	}
}

/** Removes versions that are no longer started. One that runs on Windows stays for the next time. */
async function removeOthers(root: string, keep: readonly string[]): Promise<void> {
	for (const name of await readdir(root)) {
		if (!/^app-\d/.test(name) || keep.includes(name)) continue;
		await rm(join(root, name), { recursive: true, force: true }).catch(() => undefined);
	}
}
