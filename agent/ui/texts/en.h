#pragma once
#include "agent/ui/texts.h"

namespace cmagent::ui::en {

inline constexpr Translation kTranslations[] = {
    {TextId::cannot_watch, "This cannot be watched on this device now."},
    {TextId::at_most_streams, "Only one programme can be watched at a time.", Plural::one},
    {TextId::at_most_streams, "Only {n} programmes can be watched at the same time."},
    {TextId::too_many_streams, "Too many programmes are being watched at the same time."},
    {TextId::at_most_devices, "Only one device can watch at a time.", Plural::one},
    {TextId::at_most_devices, "Only {n} devices can watch at the same time."},
    {TextId::too_many_devices, "Too many devices are watching."},
    {TextId::at_most_channels, "Only one channel can be watched at a time.", Plural::one},
    {TextId::at_most_channels, "Only {n} channels can be watched at the same time."},
    {TextId::too_many_channels, "Too many channels are being watched at the same time."},
    {TextId::channel_streams, "This channel is already being watched.", Plural::one},
    {TextId::channel_streams, "This channel is already being watched {n} times."},
    {TextId::too_many_on_channel, "This channel is already being watched too many times."},
    {TextId::channel_devices, "This channel is already being watched on one device.", Plural::one},
    {TextId::channel_devices, "This channel is already being watched on {n} devices."},
    {TextId::too_many_devices_on_channel,
     "This channel is already being watched on too many devices."},
    {TextId::choice_over, "This choice is over. Please start again."},
    {TextId::replaced, "Something else was chosen meanwhile."},
    {TextId::list_outdated, "The list is out of date. Please choose again."},
    {TextId::changed_meanwhile, "It has changed meanwhile. Please try again."},
    {TextId::metadata_missing, "The app has not said all that is needed to start this stream."},
    {TextId::throttled, "Too many attempts. Please try again in one second.", Plural::one},
    {TextId::throttled, "Too many attempts. Please try again in {n} seconds."},
    {TextId::service_not_understood,
     "The service gave an unexpected answer. Please check the internet connection."},
    {TextId::service_refuses_app, "The service does not accept this app."},
    {TextId::service_not_secure, "No secure connection to the service is possible."},
    {TextId::service_unreachable,
     "The service cannot be reached. Please check the internet connection."},
    {TextId::service_silent, "The service does not answer. Please try again."},
    {TextId::clock_not_set,
     "The clock of this device is not set yet. Please try again in a moment."},
    {TextId::too_many_sessions, "This device cannot play any more streams at the same time."},
    {TextId::busy, "This device is busy. Please try again."},
    {TextId::shutting_down, "This device is about to restart."},
    {TextId::app_fault, "The app has asked for something that cannot be done."},
    {TextId::not_permitted, "The app may not do this."},
    {TextId::gone, "This is no longer there."},
    {TextId::internal_fault, "Something went wrong on this device."},
    {TextId::stopped_by_device, "Playback was ended by {device}."},
    {TextId::stopped_by_device_app, "Playback was ended by {device} ({app})."},
    {TextId::stopped_by_app, "Playback was ended by {app} on another device."},
    {TextId::stopped_by_nobody, "Playback was ended by another device."},
    {TextId::displaced, "Playback was ended because another device has started to watch."},
    {TextId::denied, "Playback was ended: watching on this device is not possible any more."},
    {TextId::unreachable_too_long,
     "Playback was ended because the service could not be reached for too long."},
    {TextId::logged_out, "Playback was ended because you have been signed out."},
    {TextId::paused_too_long, "Playback was ended after a long pause."},
    {TextId::playback_ended, "Playback has ended."},
    {TextId::app_lost, "Playback was ended because the app has closed."},
    {TextId::device_ends, "Playback was ended because this device is about to restart."},
    {TextId::ended_here, "Ended on this device."},
};

inline Plural plural(std::int64_t n) {
    return n == 1 ? Plural::one : Plural::other;
}

}  // namespace cmagent::ui::en
