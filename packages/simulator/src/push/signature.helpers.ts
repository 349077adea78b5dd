import { createHash } from "node:crypto";

/** Values that may differ between the signatures of clients. */
export interface Signed {
	roomId: string;
	userUniqueId: string;
	/** Default 1.0.15. */
	sdkVersion?: string;
	/** The payload's second and third byte. Default 0 and 1. */
	browser?: readonly [number, number];
	/** The payload's fourth byte, by the kind of input on the page. Default 14. */
	input?: number;
}

/** Returns the part of a socket's query that its signature covers. */
export function signedQuery({ roomId, userUniqueId, sdkVersion = "1.0.15" }: Signed): URLSearchParams {
	return new URLSearchParams({
		live_id: "1",
		aid: "6383",
		version_code: "180800",
		webcast_sdk_version: sdkVersion,
		room_id: roomId,
		did_rule: "3",
		user_unique_id: userUniqueId,
		device_platform: "web",
		identity: "audience",
	});
}

/** Signs as the site's script does in other browsers, and in other versions, than our own client claims. */
export function signedElsewhere(signed: Signed): string {
	const { roomId, userUniqueId, sdkVersion = "1.0.15", browser = [0, 1], input = 14 } = signed;
	const canonical =
		`live_id=1,aid=6383,version_code=180800,webcast_sdk_version=${sdkVersion},room_id=${roomId},` +
		`sub_room_id=,sub_channel_id=,did_rule=3,user_unique_id=${userUniqueId},device_platform=web,device_type=,ac=,` +
		"identity=audience";
	const marks = [md5(md5("")), md5(md5(canonical))].flatMap((digest) => [...digest.subarray(14)]);
	const payload = [1, ...browser, input, ...marks, 77];
	payload.push(payload.reduce((xor, byte) => xor ^ byte, 0));
	const key = 5;
	const base64 = Buffer.from([0x40, key, ...rc4(key, payload)]).toString("base64");
	const plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const letters = "Dkdpgh4ZKsQB80/Mfvw36XI1R25+WUAlEi7NLboqYTOPuzmFjJnryx9HVGcaStCe";
	return [...base64].map((letter) => letters[plain.indexOf(letter)]).join("");
}

function md5(bytes: string | Uint8Array): Buffer {
	return createHash("md5").update(bytes).digest();
}

function rc4(key: number, input: readonly number[]): number[] {
	const s = Array.from({ length: 256 }, (_, i) => i);
	const swap = (a: number, b: number) => {
		[s[a], s[b]] = [s[b] as number, s[a] as number];
	};
	for (let i = 0, j = 0; i < 256; i++) {
		j = (j + (s[i] as number) + key) % 256;
		swap(i, j);
	}
	let j = 0;
	return input.map((byte, n) => {
		const i = n + 1;
		j = (j + (s[i] as number)) % 256;
		swap(i, j);
		return byte ^ (s[((s[i] as number) + (s[j] as number)) % 256] as number);
	});
}
