// Small enhancements for every page. Nothing here is needed to read or to hand in.
const root = document.documentElement;
root.classList.add("js");

const menus = () => document.querySelectorAll("details.menu[open]");

document.addEventListener("click", (event) => {
  for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of menus()) {
    const hadFocus = menu.contains(document.activeElement);
    menu.open = false;
    if (hadFocus) menu.querySelector("summary").focus();
  }
});

// Times come from the server in one zone; a person reads them in her own, always with Latin digits and 24 hours.
// A class's time stays as it is: it is meant by the clock on the wall there.
const clock = new Intl.DateTimeFormat(`${root.lang}-u-nu-latn`, {
  weekday: "long", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
});
for (const time of document.querySelectorAll("time[datetime*=T]:not(.class-time)")) time.textContent = clock.format(new Date(time.dateTime));

const connection = document.getElementById("connection");
if (connection) {
  let wasOffline = false;
  const show = () => {
    if (!navigator.onLine) {
      wasOffline = true;
      connection.textContent = connection.dataset.offline;
    } else if (wasOffline) {
      wasOffline = false;
      connection.textContent = connection.dataset.online;
      setTimeout(() => { if (navigator.onLine) connection.textContent = ""; }, 4000);
    }
  };
  addEventListener("offline", show);
  addEventListener("online", show);
  show();
}
