#pragma once
#include "agent/ui/texts.h"

namespace cmagent::ui::fr {

inline constexpr Translation kTranslations[] = {
    {TextId::cannot_watch, "Impossible de regarder ceci sur cet appareil pour le moment."},
    {TextId::at_most_streams, "Un seul programme peut être regardé à la fois.", Plural::one},
    {TextId::at_most_streams, "{n} programmes au plus peuvent être regardés en même temps."},
    {TextId::too_many_streams, "Trop de programmes sont regardés en même temps."},
    {TextId::at_most_devices, "Un seul appareil peut regarder à la fois.", Plural::one},
    {TextId::at_most_devices, "{n} appareils au plus peuvent regarder en même temps."},
    {TextId::too_many_devices, "Trop d’appareils regardent en même temps."},
    {TextId::at_most_channels, "Une seule chaîne peut être regardée à la fois.", Plural::one},
    {TextId::at_most_channels, "{n} chaînes au plus peuvent être regardées en même temps."},
    {TextId::too_many_channels, "Trop de chaînes sont regardées en même temps."},
    {TextId::channel_streams, "Cette chaîne est déjà en cours de lecture.", Plural::one},
    {TextId::channel_streams, "{n} lectures de cette chaîne sont déjà en cours."},
    {TextId::too_many_on_channel, "Trop de lectures de cette chaîne sont déjà en cours."},
    {TextId::channel_devices, "Cette chaîne est déjà regardée sur un appareil.", Plural::one},
    {TextId::channel_devices, "Cette chaîne est déjà regardée sur {n} appareils."},
    {TextId::too_many_devices_on_channel, "Trop d’appareils regardent déjà cette chaîne."},
    {TextId::choice_over, "Ce choix n’est plus possible. Veuillez relancer la lecture."},
    {TextId::replaced, "Autre chose a été choisi entre-temps."},
    {TextId::list_outdated, "La liste n’est plus à jour. Veuillez choisir à nouveau."},
    {TextId::changed_meanwhile, "Cela a changé entre-temps. Veuillez réessayer."},
    {TextId::metadata_missing,
     "L’application n’a pas donné tout ce qu’il faut pour démarrer ce flux."},
    {TextId::throttled, "Trop de tentatives. Veuillez réessayer dans une seconde.", Plural::one},
    {TextId::throttled, "Trop de tentatives. Veuillez réessayer dans {n} secondes."},
    {TextId::service_not_understood,
     "Le service a donné une réponse inattendue. Veuillez vérifier la connexion à Internet."},
    {TextId::service_refuses_app, "Le service n’accepte pas cette application."},
    {TextId::service_not_secure, "Aucune connexion sécurisée au service n’est possible."},
    {TextId::service_unreachable,
     "Le service est injoignable. Veuillez vérifier la connexion à Internet."},
    {TextId::service_silent, "Le service ne répond pas. Veuillez réessayer."},
    {TextId::clock_not_set,
     "L’horloge de cet appareil n’est pas encore réglée. Veuillez réessayer dans un instant."},
    {TextId::too_many_sessions, "Cet appareil ne peut pas lire plus de flux en même temps."},
    {TextId::busy, "Cet appareil est occupé. Veuillez réessayer."},
    {TextId::shutting_down, "Cet appareil est sur le point de redémarrer."},
    {TextId::app_fault, "L’application a demandé quelque chose d’impossible."},
    {TextId::not_permitted, "L’application n’a pas le droit de faire cela."},
    {TextId::gone, "Ceci n’existe plus."},
    {TextId::internal_fault, "Un problème est survenu sur cet appareil."},
    {TextId::stopped_by_device, "La lecture a été arrêtée par {device}."},
    {TextId::stopped_by_device_app, "La lecture a été arrêtée par {device} ({app})."},
    {TextId::stopped_by_app, "La lecture a été arrêtée par {app} sur un autre appareil."},
    {TextId::stopped_by_nobody, "La lecture a été arrêtée par un autre appareil."},
    {TextId::displaced, "La lecture a été arrêtée car un autre appareil a commencé à regarder."},
    {TextId::denied,
     "La lecture a été arrêtée\u00A0: il n’est plus possible de regarder sur cet appareil."},
    {TextId::unreachable_too_long,
     "La lecture a été arrêtée car le service est resté injoignable trop longtemps."},
    {TextId::logged_out, "La lecture a été arrêtée car vous avez été déconnecté."},
    {TextId::paused_too_long, "La lecture a été arrêtée après une longue pause."},
    {TextId::playback_ended, "La lecture est terminée."},
    {TextId::app_lost, "La lecture a été arrêtée car l’application s’est fermée."},
    {TextId::device_ends,
     "La lecture a été arrêtée car cet appareil est sur le point de redémarrer."},
    {TextId::ended_here, "La lecture a été arrêtée sur cet appareil."},
};

// CLDR: 0 and 1 are singular.
inline Plural plural(std::int64_t n) {
    return n == 0 || n == 1 ? Plural::one : Plural::other;
}

}  // namespace cmagent::ui::fr
