// The API key, where the daemon wants one: kept in this tab alone.

import { byId, say } from "./dom.js";

const Name = "dualrs-key";
let asking = null;

export const storedKey = () => sessionStorage.getItem(Name);

/** Asks for a key once, however many wait for it. */
export const askForKey = (refused, reason) => {
  if (storedKey() !== refused) return Promise.resolve(storedKey());
  return asking ??= new Promise(resolve => {
    const dialog = byId("key-dialog"), field = byId("key");
    say(byId("key-fault"), refused ? `Refused: ${reason}.` : "");
    field.value = "";
    // Without a key there is nothing to show: the dialog stays until there is one.
    dialog.oncancel = event => event.preventDefault();
    byId("key-form").onsubmit = () => {
      sessionStorage.setItem(Name, field.value.trim());
      asking = null;
      resolve(storedKey());
    };
    dialog.showModal();
  });
};
