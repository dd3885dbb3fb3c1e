#pragma once
#include "agent/ui/texts.h"

namespace cmagent::ui::en {

inline constexpr Words kWords[] = {
    {Line::limit_reached, "No more streams can be watched at the same time."},
    {Line::limit_reached_many, "One other stream is being watched: the limit is reached.",
     Plural::one},
    {Line::limit_reached_many, "{n} other streams are being watched: the limit is reached."},
    {Line::replaced, "Something else was chosen meanwhile."},
    {Line::changed_meanwhile, "It has changed meanwhile. Please try again."},
    {Line::metadata_missing, "The app has not said all that is needed to start this stream."},
    {Line::throttled, "Too many attempts. Please try again in one second.", Plural::one},
    {Line::throttled, "Too many attempts. Please try again in {n} seconds."},
    {Line::service_not_understood,
     "The service gave an unexpected answer. Please check the internet connection."},
    {Line::service_refuses_app, "The service does not accept this app."},
    {Line::service_not_secure, "No secure connection to the service is possible."},
    {Line::service_unreachable,
     "The service cannot be reached. Please check the internet connection."},
    {Line::service_silent, "The service does not answer. Please try again."},
    {Line::clock_not_set, "The clock of this device is not set yet. Please try again in a moment."},
    {Line::too_many_sessions, "This device cannot play any more streams at the same time."},
    {Line::busy, "This device is busy. Please try again."},
    {Line::shutting_down, "This device is about to restart."},
    {Line::app_fault, "The app has asked for something that cannot be done."},
    {Line::not_permitted, "The app may not do this."},
    {Line::gone, "This is no longer there."},
    {Line::internal_fault, "Something went wrong on this device."},
    {Line::stopped_by_device, "Playback was ended by {device}."},
    {Line::stopped_by_device_app, "Playback was ended by {device} ({app})."},
    {Line::stopped_by_app, "Playback was ended by {app} on another device."},
    {Line::stopped_by_nobody, "Playback was ended by another device."},
    {Line::displaced, "Playback was ended because another device has started to watch."},
    {Line::denied, "Playback was ended: watching on this device is not possible any more."},
    {Line::unreachable_too_long,
     "Playback was ended because the service could not be reached for too long."},
    {Line::logged_out, "Playback was ended because you have been signed out."},
    {Line::paused_too_long, "Playback was ended after a long pause."},
    {Line::playback_ended, "Playback has ended."},
    {Line::app_lost, "Playback was ended because the app has closed."},
    {Line::device_ends, "Playback was ended because this device is about to restart."},
};

inline Plural plural(std::int64_t n) {
    return n == 1 ? Plural::one : Plural::other;
}

}  // namespace cmagent::ui::en
