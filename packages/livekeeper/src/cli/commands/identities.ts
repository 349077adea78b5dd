import { readFile } from "node:fs/promises";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { LivekeeperError } from "@livekeeper/base/errors";
import type { Identity, IdentityChange } from "@livekeeper/client";
import { inputText } from "@livekeeper/engine/text/inputs";
import { type Command, InvalidArgumentError } from "commander";
import { commandFailures, commandTexts, helpTexts } from "../../text/index.ts";
import { parseTimeInput } from "../../time-input.ts";
import { addConfigFlags, clientOptions } from "../config-flags.ts";
import type { Io } from "../io.ts";
import { withService } from "../with-service.ts";

/** Input of a command: standard input, which may be a person's terminal. */
type SecretInput = Readable & Partial<Pick<NodeJS.ReadStream, "isTTY" | "setRawMode">>;

const interrupt = "\u0003";
const endOfInput = "\u0004";
const backspaces = ["\u0008", "\u007f"];

/**
 * Reads a secret from a file, or from standard input for `-` or without a file; typed input is not shown. Never from
 * the command line, because other users of a machine can see that.
 */
export async function readSecret(
	file: string | undefined,
	prompt: string,
	input: SecretInput = process.stdin,
	print: (text: string) => void = (line) => void process.stderr.write(line),
): Promise<string> {
	if (file !== undefined && file !== "-") return fromFile(file);
	if (!input.isTTY || !input.setRawMode) return (await text(input)).trim();
	print(prompt);
	input.setRawMode(true);
	try {
		return await typedLine(input);
	} finally {
		input.setRawMode(false);
		input.pause();
		print("\n");
	}
}

async function fromFile(file: string): Promise<string> {
	try {
		return (await readFile(file, "utf8")).trim();
	} catch (cause) {
		const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
		throw new LivekeeperError("invalid_request", commandFailures.unreadableFile(file, code), {
			cause,
			hint: commandFailures.unreadableFileHint,
		});
	}
}

/** Reads typed or pasted input up to the end of the line. */
async function typedLine(input: SecretInput): Promise<string> {
	let line = "";
	for await (const chunk of input.iterator({ destroyOnReturn: false })) {
		for (const char of String(chunk)) {
			if (char === "\r" || char === "\n" || char === endOfInput) return line.trim();
			if (char === interrupt)
				throw new LivekeeperError("invalid_request", commandFailures.stopped, { hint: commandFailures.stoppedHint });
			line = backspaces.includes(char) ? line.slice(0, -1) : line + char;
		}
	}
	return line.trim();
}

type Flags = Record<string, unknown>;

/** `identities`, `identity set`, `identity remove` and `identity lift`. */
export function identityCommands(program: Command, io: Io): void {
	const list = program
		.command("identities")
		.description(helpTexts.identities[io.language])
		.option("--json", helpTexts.json[io.language]);
	addConfigFlags(list, io, clientOptions).action(async (flags: Flags) => {
		const all = await withService(flags, io, (client) => client.identities.list());
		if (flags["json"] === true) io.out(JSON.stringify(all, null, 2));
		else if (all.length === 0) io.out(commandTexts.noIdentities[io.language]);
		else io.out(await tableOf(all, io));
	});
	const identity = program.command("identity").description(helpTexts.identity[io.language]);
	setCommand(identity, io);
	const remove = identity.command("remove").description(helpTexts.identityRemove[io.language]).argument("<name>");
	addConfigFlags(remove, io, clientOptions).action(async (name: string, flags: Flags) => {
		await withService(flags, io, (client) => client.identities.remove(name));
		io.out(`${io.paint("green", "✓")} ${commandTexts.identityRemoved(name)[io.language]}`);
	});
	const lift = identity.command("lift").description(helpTexts.identityLift[io.language]).argument("<name>");
	addConfigFlags(lift, io, clientOptions).action(async (name: string, flags: Flags) => {
		const lifted = await withService(flags, io, (client) => client.identities.liftRest(name));
		io.out(`${io.paint("green", "✓")} ${commandTexts.pauseLifted(name)[io.language]}`);
		io.out(await tableOf([lifted], io));
	});
}

async function tableOf(identities: readonly Identity[], io: Io): Promise<string> {
	return (await import("../format/tables.ts")).identityTable(identities, Date.now(), io);
}

function setCommand(identity: Command, io: Io): void {
	const set = identity
		.command("set")
		.description(helpTexts.identitySet[io.language])
		.argument("<name>")
		.option("--cookie-file <file>", helpTexts.cookieFile[io.language])
		.option("--without-cookie", helpTexts.withoutCookie[io.language])
		.option("--proxy-file <file>", helpTexts.proxyFile[io.language])
		.option("--without-proxy", helpTexts.withoutProxy[io.language])
		.option("--expires <time>", helpTexts.expires[io.language], (text) => timeOf(text, io))
		.addHelpText("after", helpTexts.identitySetMore[io.language]);
	addConfigFlags(set, io, clientOptions).action(async (name: string, flags: Flags) => {
		const body = await bodyOf(flags, io);
		const changed = await withService(flags, io, (client) => client.identities.set(name, body));
		const done = changed.created ? commandTexts.identityAdded(name) : commandTexts.identityChanged(name);
		io.out(`${io.paint("green", "✓")} ${done[io.language]}`);
		io.out(await tableOf([changed], io));
	});
}

async function bodyOf(flags: Flags, { language }: Pick<Io, "language">): Promise<IdentityChange> {
	const { cookieFile, withoutCookie, proxyFile, withoutProxy, expires } = flags;
	const body: IdentityChange = {};
	if (withoutCookie === true) body.cookie = null;
	if (withoutProxy === true) body.proxy = null;
	if (typeof proxyFile === "string") body.proxy = await readSecret(proxyFile, commandTexts.proxyPrompt[language]);
	if (typeof expires === "number") body.expires_at = expires;
	const others = Object.keys(body).length > 0;
	if (typeof cookieFile !== "string" && others) return body;
	const file = typeof cookieFile === "string" ? cookieFile : undefined;
	return { ...(await cookieOf(await readSecret(file, commandTexts.cookiePrompt[language]))), ...body };
}

/** Returns the cookie. An export of a browser's cookies is reduced to the one site before it is sent. */
async function cookieOf(text: string): Promise<IdentityChange> {
	const { readCookie } = await import("@livekeeper/douyin");
	try {
		const { cookie, expiresAt } = readCookie(text);
		return { cookie, ...(expiresAt !== undefined && { expires_at: expiresAt }) };
	} catch (cause) {
		throw new LivekeeperError("invalid_request", inputText(cause), { hint: commandFailures.cookieForms });
	}
}

function timeOf(text: string, io: Pick<Io, "language">): number {
	const time = parseTimeInput(text, "to", Date.now());
	if (!time.ok) throw new InvalidArgumentError(time.text[io.language]);
	return time.ms;
}
