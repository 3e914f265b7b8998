// The daemon, and nobody else: every address is relative to this page.

import { askForKey, storedKey } from "./key.js";

/** What the daemon did not answer, in its own words. */
export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

export const Unreachable = "the daemon cannot be reached";

/** Asks; a daemon that wants a key gets one from whoever sits here. */
export const ask = async (path, { method = "GET", body, accept = "application/json", signal } = {}) => {
  for (let key = storedKey(), refusal; ;) {
    const headers = { Accept: accept };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    if (key) headers.Authorization = `Bearer ${key}`;
    let response;
    try {
      const sent = body === undefined ? undefined : JSON.stringify(body);
      response = await fetch(path, { method, headers, body: sent, signal, cache: "no-store" });
    } catch (fault) {
      throw fault.name === "AbortError" ? fault : new Refused(0, Unreachable);
    }
    if (response.ok) return response;
    refusal = await reasonOf(response);
    if (response.status !== 401) throw refusal;
    key = await askForKey(key, refusal.message);
  }
};

export const askJson = async (path, options) => (await ask(path, options)).json();

const reasonOf = async response => {
  const text = await response.text();
  try {
    return new Refused(response.status, JSON.parse(text).error ?? text);
  } catch {
    return new Refused(response.status, text || `status ${response.status}`);
  }
};

/** The events of a stream: { kind, data }. */
export async function* eventsOf(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (; ;) {
    const { done, value } = await reader.read();
    if (done) return;
    text += value;
    const events = text.split("\n\n");
    text = events.pop();
    for (const event of events) {
      const fields = Object.fromEntries(event.split("\n").map(line => {
        const colon = line.indexOf(":");
        return [line.slice(0, colon), line.slice(colon + 2)];
      }));
      yield { kind: fields.event, data: JSON.parse(fields.data) };
    }
  }
}
