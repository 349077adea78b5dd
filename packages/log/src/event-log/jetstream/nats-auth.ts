import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { checkServerIdentity, type PeerCertificate } from "node:tls";
import { LivekeeperError } from "@livekeeper/base/errors";
import { type ConnectionOptions, credsAuthenticator, type NatsConnection } from "@nats-io/transport-node";
import { clusterTexts } from "../../text/index.ts";
import type { JetStreamEventLogOptions, NatsAuth } from "./options.ts";

/**
 * Returns the options by which this node authenticates and verifies the servers. A CA or certificate file enables TLS.
 * @param servers their addresses: a certificate may be for any of those that are IP addresses
 * @throws LivekeeperError `invalid_config` if a configured file can't be read
 */
export function authOf(auth: NatsAuth, servers: readonly string[]): ConnectionOptions {
	const { user, password, token, creds, ca, cert, key } = auth;
	const authenticator = creds === undefined ? undefined : credsAuthenticator(contentOf("nats_creds", creds));
	const files = {
		...(ca !== undefined && { ca: contentOf("nats_ca", ca).toString("utf8") }),
		...(cert !== undefined && { cert: contentOf("nats_cert", cert).toString("utf8") }),
		...(key !== undefined && { key: contentOf("nats_key", key).toString("utf8") }),
	};
	// The library passes on options that it does not know.
	const tls = { ...files, checkServerIdentity: identityCheckOf(servers) };
	return {
		...(user !== undefined && { user }),
		...(password !== undefined && { pass: password }),
		...(token !== undefined && { token }),
		...(authenticator && { authenticator }),
		...(Object.keys(files).length > 0 && { tls }),
	};
}

/**
 * Checks a server's certificate. For a server known by its IP address the library passes no name to TLS, which then
 * expects `localhost`.
 */
function identityCheckOf(servers: readonly string[]) {
	const addresses = servers.map(hostOf).filter((host) => isIP(host) !== 0);
	return (name: string, certificate: PeerCertificate): Error | undefined => {
		const error = checkServerIdentity(name, certificate);
		if (!error || name !== "localhost") return error;
		return addresses.some((address) => !checkServerIdentity(address, certificate)) ? undefined : error;
	};
}

function hostOf(server: string): string {
	const { hostname } = new URL(server.includes("://") ? server : `nats://${server}`);
	return hostname.replaceAll(/[[\]]/g, "");
}

/** Whether NATS does not accept this node, or this node does not accept NATS: because of the user or a certificate. */
export function isRefusal(error: unknown): boolean {
	if (!(error instanceof Error)) return false;
	if (error.name === "AuthorizationError" || error.name === "UserAuthenticationExpiredError") return true;
	const { code = "" } = error as NodeJS.ErrnoException;
	return /CERT|SIGNATURE|^ERR_(SSL|TLS|OSSL)/.test(code) || isRefusal(error.cause);
}

/** Logs once that the servers no longer accept this node, until they do again. Connecting is retried all the time. */
export async function logRefusals(
	nc: Pick<NatsConnection, "status">,
	logger: JetStreamEventLogOptions["logger"],
): Promise<void> {
	let refused = false;
	for await (const status of nc.status()) {
		if (status.type === "reconnect") refused = false;
		if (refused || status.type !== "error" || !isRefusal(status.error)) continue;
		refused = true;
		logger.error({ event: "nats_refused", err: status.error });
	}
}

function contentOf(option: string, path: string): Buffer {
	try {
		return readFileSync(path);
	} catch (cause) {
		const words = cause instanceof Error ? cause.message : String(cause);
		throw new LivekeeperError("invalid_config", clusterTexts.fileUnreadable(option, path, words), {
			hint: clusterTexts.fileUnreadableHint(option),
			cause,
		});
	}
}
