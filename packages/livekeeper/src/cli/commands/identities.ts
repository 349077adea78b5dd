import { readCookie } from "@livekeeper/douyin";
import { type Command, InvalidArgumentError } from "commander";
import { serviceUrl } from "../../config.ts";
import { LivekeeperError } from "../../errors.ts";
import { parseTimeInput } from "../../time-input.ts";
import { type ApiClient, createApiClient, type IdentityBody } from "../api-client.ts";
import { addConfigFlags, clientOptions, configOf } from "../config-flags.ts";
import { identityTable } from "../format/identity-table.ts";
import type { Io } from "../io.ts";
import { readSecret } from "../read-secret.ts";

type Flags = Record<string, unknown>;

/** `identities`, and `identity set` and `identity remove`. */
export function identityCommands(program: Command, io: Io): void {
	const list = program
		.command("identities")
		.description("show the cookies and proxies that rooms share by name, without their secrets")
		.option("--json", "print JSON instead of a table");
	addConfigFlags(list, clientOptions).action(async (flags: Flags) => {
		const all = await clientOf(flags).identities();
		if (flags["json"] === true) io.out(JSON.stringify(all, null, 2));
		else if (all.length === 0) io.out("No identities yet. Add one with: livekeeper identity set <name>");
		else io.out(identityTable(all, Date.now(), io));
	});
	const identity = program.command("identity").description("add, change or remove an identity");
	setCommand(identity, io);
	const remove = identity.command("remove").description("remove an identity that no room goes by").argument("<name>");
	addConfigFlags(remove, clientOptions).action(async (name: string, flags: Flags) => {
		await clientOf(flags).removeIdentity(name);
		io.out(`${io.paint("green", "✓")} Identity ${name} is removed`);
	});
}

function setCommand(identity: Command, io: Io): void {
	const set = identity
		.command("set")
		.description("give a cookie and a proxy a name, or change what a name stands for")
		.argument("<name>")
		.option(
			"--cookie-file <file>",
			"a Cookie header, a cookies.txt file, or a browser's JSON export; - for standard input",
		)
		.option("--without-cookie", "take its cookie away")
		.option("--proxy-file <file>", "a file with the proxy's URL, which may hold a password")
		.option("--without-proxy", "take its proxy away")
		.option(
			"--expires <time>",
			"when the login ends, where the cookie doesn't say: 2026-03-31, or a date and time",
			timeOf,
		)
		.addHelpText("after", setHelp);
	addConfigFlags(set, clientOptions).action(async (name: string, flags: Flags) => {
		const { identity: changed, created } = await clientOf(flags).setIdentity(name, await bodyOf(flags));
		io.out(`${io.paint("green", "✓")} Identity ${name} is ${created ? "added" : "changed"}`);
		io.out(identityTable([changed], Date.now(), io));
	});
}

const setHelp = `
Without --cookie-file the cookie is asked for, or read from standard input. It is never taken from the command
line, where other users of the machine could see it. What is not given stays as it is.`;

async function bodyOf(flags: Flags): Promise<IdentityBody> {
	const { cookieFile, withoutCookie, proxyFile, withoutProxy, expires } = flags;
	const body: IdentityBody = {};
	if (withoutCookie === true) body.cookie = null;
	if (withoutProxy === true) body.proxy = null;
	if (typeof proxyFile === "string") body.proxy = await readSecret(proxyFile, "Proxy: ");
	if (typeof expires === "number") body.expires_at = expires;
	const others = Object.keys(body).length > 0;
	if (typeof cookieFile !== "string" && others) return body;
	const file = typeof cookieFile === "string" ? cookieFile : undefined;
	return { ...cookieOf(await readSecret(file, "Cookie (not shown): ")), ...body };
}

/** An export is cut down to its one site before it is sent. */
function cookieOf(text: string): IdentityBody {
	try {
		const { cookie, expiresAt } = readCookie(text);
		return { cookie, ...(expiresAt !== undefined && { expires_at: expiresAt }) };
	} catch (cause) {
		const hint = "Give a Cookie header, a cookies.txt file, or a browser's JSON export.";
		throw new LivekeeperError("invalid_request", cause instanceof Error ? cause.message : String(cause), { hint });
	}
}

function timeOf(text: string): number {
	const time = parseTimeInput(text, "to", Date.now());
	if (!time.ok) throw new InvalidArgumentError(time.message);
	return time.ms;
}

function clientOf(flags: Flags): ApiClient {
	const config = configOf(flags);
	return createApiClient({ url: serviceUrl(config), apiKey: config.apiKey });
}
