// Loads the page once more when a part of it did not arrive. A browser does not
// ask again for a module that failed, as when the machine's network changes
// while it is fetched: Docker does that at the start of a container.

const maxTries = 10;
const pauseMs = 500;
let isWaiting = false;

function again() {
  globalThis.fetch(location.href, { method: "HEAD" }).then(
    () => location.reload(),
    () => setTimeout(again, pauseMs),
  );
}

function loadAgain() {
  // It survives a reload, also where a browser keeps no data of sites.
  const tries = Number(history.state?.tries ?? 0);
  if (isWaiting || tries >= maxTries) return;
  isWaiting = true;
  history.replaceState({ tries: tries + 1 }, "");
  setTimeout(again, pauseMs);
}

document.addEventListener(
  "error",
  (event) => {
    const isPart = event.target instanceof HTMLScriptElement ||
      event.target instanceof HTMLLinkElement;
    // What is fetched later is for the page to judge.
    const isStarted = document.documentElement.dataset.started !== undefined;
    if (isPart && !isStarted) loadAgain();
  },
  true,
);
// The page misses a part that it fetched later.
document.addEventListener("lost-part", loadAgain);
