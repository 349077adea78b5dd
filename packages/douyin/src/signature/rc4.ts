/** RC4 (symmetric: the same call decrypts). Implemented here because OpenSSL 3 no longer offers it by default. */
export function rc4(key: Uint8Array, data: Uint8Array): Uint8Array {
	const state = new Uint8Array(256);
	for (let i = 0; i < 256; i++) state[i] = i;
	for (let i = 0, j = 0; i < 256; i++) {
		j = (j + byteAt(state, i) + byteAt(key, i % key.length)) & 0xff;
		swap(state, i, j);
	}
	const out = new Uint8Array(data.length);
	for (let n = 0, i = 0, j = 0; n < data.length; n++) {
		i = (i + 1) & 0xff;
		j = (j + byteAt(state, i)) & 0xff;
		swap(state, i, j);
		out[n] = byteAt(data, n) ^ byteAt(state, (byteAt(state, i) + byteAt(state, j)) & 0xff);
	}
	return out;
}

function byteAt(bytes: Uint8Array, index: number): number {
	return bytes[index] ?? 0;
}

function swap(bytes: Uint8Array, a: number, b: number): void {
	const kept = byteAt(bytes, a);
	bytes[a] = byteAt(bytes, b);
	bytes[b] = kept;
}
